-- Fails unless all that was acknowledged is stored, once, and every rollup adds up to what is stored.
\set ON_ERROR_STOP on
create temp table acknowledged (batch text);
\copy acknowledged from 'all.acknowledged'
create temp table raw as
select right(replace(id::text, '-', ''), 15) as id, viewed_at as at, user_code, share_code, contact_id, page_type, null as click_target from analytics_page_views
union all
select right(replace(id::text, '-', ''), 15), clicked_at, user_code, share_code, contact_id, null, click_target from analytics_clicks;
create temp table sent as
-- The end of a message's hash is the end of its event's id.
select substr(encode(sha256(convert_to(o.id || '/message/' || a.batch || '-' || i, 'UTF8')), 'hex'), 18, 15) as id
from organizations o, acknowledged a, generate_series(1, case when a.batch like 'single%' then 1 else :events end) i;
analyze raw, sent;

create temp table sums as
select 'acknowledged events that are missing' as what, count(*) as actual, 0::numeric as wanted from sent s where not exists (select from raw r where r.id = s.id)
union all select 'events that are there twice', count(*) - count(distinct id), 0 from raw
union all select 'messages', (select count(*) from ingested_messages), count(*) from raw
union all select 'events of sessions', (select sum(page_views + clicks) from analytics_sessions), count(*) from raw;
with raw as materialized (
  select count(page_type) as page_views, count(click_target) as clicks,
    count(page_type) filter (where contact_id <> '') as contacts_page_views, count(click_target) filter (where contact_id <> '') as contacts_clicks
  from raw
),
sessions as materialized (
  select count(*) as sessions, count(*) filter (where page_views = 1 and clicks = 0) as bounces,
    sum(floor(extract(epoch from last_seen - first_seen))) as seconds,
    count(*) filter (where contact_id <> '') as contacts_sessions
  from analytics_sessions
),
rollups as (
  select 'quarters' as what, sum(sessions), sum(page_views), sum(clicks), sum(bounces), sum(seconds) from traffic_quarter_hours
  union all
  select 'days', sum(total_sessions), sum(total_page_views), sum(total_clicks), sum(bounces), sum(session_seconds) from analytics_daily_stats
  union all
  select 'user codes', sum(total_sessions), sum(total_page_views), sum(total_clicks), sum(bounces), sum(session_seconds) from analytics_daily_user_stats
  union all
  select 'share codes', sum(total_sessions), sum(total_page_views), sum(total_clicks), sum(bounces), sum(session_seconds) from analytics_daily_group_stats
)
insert into sums
select x.what || ': ' || v.what, v.actual, v.wanted
from rollups x(what, sessions, page_views, clicks, bounces, seconds), raw r, sessions s
cross join lateral (values
  ('sessions', x.sessions, s.sessions), ('views', x.page_views, r.page_views), ('clicks', x.clicks, r.clicks),
  ('bounces', x.bounces, s.bounces), ('seconds', x.seconds, s.seconds)) v(what, actual, wanted)
union all
select 'contacts: ' || v.what, v.actual, v.wanted
from (select sum(total_sessions) as sessions, sum(total_page_views) as page_views, sum(total_clicks) as clicks from analytics_daily_contact_stats) c,
  raw r, sessions s
cross join lateral (values
  ('sessions', c.sessions, s.contacts_sessions), ('views', c.page_views, r.contacts_page_views),
  ('clicks', c.clicks, r.contacts_clicks)) v(what, actual, wanted)
union all select 'quarters: pages', (select sum(page_views) from traffic_quarter_hour_pages), page_views from raw
union all select 'quarters: targets', (select sum(clicks) from traffic_quarter_hour_clicks), clicks from raw
union all select 'days: pages', (select sum(view_count) from analytics_daily_page_stats), page_views from raw
union all select 'days: targets', (select sum(click_count) from analytics_daily_click_targets), clicks from raw
union all select 'totals: pages', (select sum(page_views) from traffic_daily_pages), page_views from raw
union all select 'totals: targets', (select sum(clicks) from traffic_daily_targets), clicks from raw;
select what || ': ' || actual || ' instead of ' || wanted from sums where actual is distinct from wanted;
do $$
begin
  if exists (select from sums where actual is distinct from wanted) or (select count(*) from sums) < 30 then
    raise exception 'what is stored is not what was acknowledged, or rollups are not what is stored';
  end if;
end
$$;
