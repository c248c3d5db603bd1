-- package: product
-- Statistics of events by hours and days, with the columns of source 003, which promised them as continuous aggregates. There is nothing
-- to refresh: page_views and custom_events add up the quarters of an hour that writers keep, so they are there for ever and are of
-- this moment. All else is counted of raw events and sessions when it is asked for, and is null where these are gone.

create view source_aggregates with (security_invoker = true) as
select p.organization_id, p.website_id, p.granularity, p.time_period, p.page_views, v.visitors as unique_visitors, s.sessions,
  v.time_on_page as avg_time_on_page, s.direct as direct_visits, s.utm as utm_visits, p.custom_events,
  case when s.sessions is not null then coalesce(n.visitors, 0) end as new_visitors, b.visits as bot_visits
from (
  select q.organization_id, o.slug as website_id, o.time_zone, g.granularity, date_trunc(g.granularity, q.bucket, o.time_zone) as time_period,
    coalesce(sum(q.events) filter (where q.type = 'page'), 0)::bigint as page_views,
    coalesce(sum(q.events) filter (where q.type = 'track'), 0)::bigint as custom_events
  from event_quarter_hours q join organizations o on o.id = q.organization_id cross join (values ('hour'), ('day')) g(granularity)
  where q.name = ''
  group by q.organization_id, o.slug, o.time_zone, g.granularity, time_period
) p
-- An hour is one everywhere, a day as long as the zone has it.
cross join lateral (select date_add(p.time_period, ('1 ' || p.granularity)::interval, p.time_zone) as until) u
cross join lateral (
  select nullif(count(distinct coalesce(a.canonical_visitor, e.visitor)), 0) as visitors,
    avg((e.properties ->> 'timeOnPage')::numeric) filter (where jsonb_typeof(e.properties -> 'timeOnPage') = 'number') as time_on_page
  from (
    select w.visitor, w.properties from analytics_page_views w
    where w.organization_id = p.organization_id and w.viewed_at >= p.time_period and w.viewed_at < u.until
    union all
    select c.visitor, '{}' from analytics_clicks c
    where c.organization_id = p.organization_id and c.clicked_at >= p.time_period and c.clicked_at < u.until
  ) e left join visitor_aliases a on a.organization_id = p.organization_id and a.visitor = e.visitor
) v
left join lateral (
  -- The source is the third of what describes a session, the campaign's the fifth.
  select count(*) as sessions, count(*) filter (where coalesce(x.dimensions[3], '') = '') as direct,
    count(*) filter (where coalesce(x.dimensions[5], '') <> '') as utm
  from analytics_sessions x
  where x.organization_id = p.organization_id and x.first_seen >= p.time_period and x.first_seen < u.until
  having v.visitors is not null or count(*) > 0
) s on true
cross join lateral (
  select count(*) as visits from analytics_events e
  where e.organization_id = p.organization_id and e.occurred_at >= p.time_period and e.occurred_at < u.until and e.is_bot and e.type = 'page'
) b
left join (
  select f.organization_id, g.granularity, date_trunc(g.granularity, f.first_seen, o.time_zone) as time_period, count(*) as visitors
  from (
    select x.organization_id, coalesce(a.canonical_visitor, x.visitor) as visitor, min(x.first_seen) as first_seen
    from analytics_sessions x left join visitor_aliases a on a.organization_id = x.organization_id and a.visitor = x.visitor
    group by x.organization_id, coalesce(a.canonical_visitor, x.visitor)
  ) f join organizations o on o.id = f.organization_id cross join (values ('hour'), ('day')) g(granularity)
  group by f.organization_id, g.granularity, time_period
) n on n.organization_id = p.organization_id and n.granularity = p.granularity and n.time_period = p.time_period;
comment on view source_aggregates is 'What events_hourly and events_daily show.';

create view events_hourly with (security_invoker = true) as
select a.organization_id, a.website_id, a.time_period, a.page_views, a.unique_visitors, a.sessions, a.avg_time_on_page, a.direct_visits,
  a.utm_visits, a.custom_events, a.new_visitors, a.bot_visits
from source_aggregates a where a.granularity = 'hour';
comment on view events_hourly is
  'Events by hours that had any, with the columns of source 003. A visitor is new in the hour of the earliest session that is kept.';

create view events_daily with (security_invoker = true) as
select a.organization_id, a.website_id, a.time_period, a.page_views, a.unique_visitors, a.sessions, a.avg_time_on_page, a.direct_visits,
  a.utm_visits, a.custom_events, a.new_visitors, a.bot_visits
from source_aggregates a where a.granularity = 'day';
comment on view events_daily is
  'Events by days that had any, in the time zone of the organization, with the columns of source 003. time_period is the start of the day.';

grant select on source_aggregates, events_hourly, events_daily to pulsegraph_api;
