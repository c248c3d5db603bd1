-- package: product
-- Events by the names that the sources gave them: analytics.analytics_events of 002, events of 003. Both show all events, whoever
-- told them, those that wait in event_inbox too; what is inserted waits there.
--
--   source         here
--   event_type     name of the event; its type where it has none. pageview of 003 is a page view
--   user_id        user id; visitor_id of 003 is the anonymous id
--   website_id     slug of the organization

create view told_events with (security_invoker = true) as
select e.organization_id, e.id, e.type, e.name, e.visitor, e.user_id, e.at, e.received_at, e.path, e.properties, e.context
from product_events e
union all
select i.organization_id, i.id, i.event ->> 'type', i.event ->> 'event', coalesce(i.event ->> 'anonymousId', 'user:' || (i.event ->> 'userId')),
  i.event ->> 'userId', (i.event ->> 'timestamp')::timestamptz, i.told_at, i.event #>> '{context,page,path}', i.event -> 'properties',
  i.event -> 'context'
from event_inbox i;
comment on view told_events is 'Events of people, those too that were told by SQL and wait in event_inbox.';

create schema analytics;
comment on schema analytics is 'Names of source 002.';

create view analytics.analytics_events with (security_invoker = true) as
select
  -- Unlike a serial number it says nothing of other tenants: milliseconds since 1970, and 21 bits of the id.
  ((extract(epoch from e.at) * 1000)::bigint << 21) | ('x' || right(e.id::text, 6))::bit(24)::bigint & 2097151 as event_id,
  coalesce(e.name, e.type) as event_type, coalesce(e.context ->> 'source', e.context #>> '{library,name}', '') as event_source,
  e.at as event_timestamp, e.properties as event_data, e.user_id,
  case jsonb_typeof(e.context -> 'nicheId') when 'number' then trunc((e.context ->> 'nicheId')::numeric)::bigint end as niche_id,
  e.received_at as created_at, e.organization_id
from public.told_events e;
comment on view analytics.analytics_events is
  'Events with the columns of source 002. An event without user_id is of the visitor `unknown`. organization_id may be left out by who may send events of one only.';

create view events with (security_invoker = true) as
select e.id, o.slug as website_id, e.visitor as visitor_id, e.context ->> 'sessionId' as session_id,
  case when e.type = 'page' then 'pageview' else coalesce(e.name, e.type) end as event_type,
  e.path as page, e.context #>> '{page,referrer}' as referrer, e.context ->> 'userAgent' as user_agent, null::inet as ip_address,
  e.context #>> '{location,country}' as country, e.context #>> '{location,city}' as city, e.context #>> '{browser,name}' as browser,
  e.context #>> '{device,type}' as device, e.context #>> '{os,name}' as os, e.context #>> '{campaign,source}' as utm_source,
  e.context #>> '{campaign,medium}' as utm_medium, e.context #>> '{campaign,name}' as utm_campaign,
  e.context #>> '{campaign,term}' as utm_term, e.context #>> '{campaign,content}' as utm_content,
  case jsonb_typeof(e.properties -> 'timeOnPage') when 'number' then trunc((e.properties ->> 'timeOnPage')::numeric) end as time_on_page,
  e.properties, e.at as "timestamp", e.received_at as created_at, e.organization_id
from told_events e join organizations o on o.id = e.organization_id;
comment on view events is
  'Events with the columns of source 003. website_id is the slug of the organization; it and organization_id may be left out by who may send events of one only. Addresses are taken and not shown.';

create function app.insert_analytics_event() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  message_id constant uuid := gen_random_uuid();
begin
  insert into public.event_inbox (organization_id, id, event) values (
    app.organization_to_tell_of(new.organization_id, null), message_id, jsonb_build_object(
      'type', 'track', 'event', new.event_type, 'messageId', message_id, 'timestamp', coalesce(new.event_timestamp, now()), 'userId', new.user_id,
      'anonymousId', case when new.user_id is null then 'unknown' end,
      'properties', case when jsonb_typeof(new.event_data) = 'object' then new.event_data else jsonb_build_object('value', new.event_data) end,
      'context', jsonb_strip_nulls(jsonb_build_object('source', new.event_source, 'nicheId', new.niche_id))));
  return new;
end
$$;
comment on function app.insert_analytics_event() is 'Has an event of source 002 wait for the server.';
create trigger analytics_events_insert instead of insert on analytics.analytics_events
  for each row execute function app.insert_analytics_event();

create function app.insert_source_event() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  message_id constant uuid := coalesce(new.id, gen_random_uuid());
  is_view constant boolean := coalesce(new.event_type, 'pageview') = 'pageview';
begin
  insert into public.event_inbox (organization_id, id, event) values (
    app.organization_to_tell_of(new.organization_id, new.website_id), message_id, jsonb_build_object(
      'type', case when is_view then 'page' else 'track' end, 'event', case when not is_view then new.event_type end,
      'messageId', message_id, 'timestamp', coalesce(new.timestamp, now()), 'anonymousId', new.visitor_id,
      'properties', coalesce(new.properties, '{}')
        || case when new.time_on_page is null then '{}' else jsonb_build_object('timeOnPage', new.time_on_page) end,
      'context', jsonb_strip_nulls(jsonb_build_object(
        'sessionId', new.session_id, 'userAgent', new.user_agent, 'ip', host(new.ip_address),
        'page', case when new.page ~* '^https?://' then jsonb_build_object('url', new.page, 'referrer', new.referrer)
          else jsonb_build_object('path', new.page, 'referrer', new.referrer) end,
        'location', jsonb_build_object('country', new.country, 'city', new.city),
        'browser', jsonb_build_object('name', new.browser), 'device', jsonb_build_object('type', new.device),
        'os', jsonb_build_object('name', new.os),
        'campaign', jsonb_build_object('source', new.utm_source, 'medium', new.utm_medium, 'name', new.utm_campaign,
          'term', new.utm_term, 'content', new.utm_content)))))
  on conflict (organization_id, id) do nothing;
  return new;
end
$$;
comment on function app.insert_source_event() is 'Has an event of source 003 wait for the server. One of the same id counts once.';
create trigger events_insert instead of insert on events
  for each row execute function app.insert_source_event();

-- ---- Statistics of 003

create view custom_events_aggregated with (security_invoker = true) as
select n.organization_id, o.slug as website_id, n.name as event_type, encode(sha256(convert_to(lower(n.name), 'UTF8')), 'hex') as event_signature,
  (select coalesce(sum(q.events), 0) from event_quarter_hours q
    where q.organization_id = n.organization_id and q.name = n.name and q.type = n.type)::bigint as count,
  n.sample_properties, n.first_seen, n.last_seen
from event_names n join organizations o on o.id = n.organization_id
where n.type = 'track';
comment on view custom_events_aggregated is 'Names of events with the columns of source 003, counted from the first event on, one row a name.';

grant usage on schema analytics to pulsegraph_api, pulsegraph_worker;
grant select on told_events, custom_events_aggregated to pulsegraph_api;
grant select, insert on analytics.analytics_events, events to pulsegraph_api;
grant execute on function app.insert_analytics_event(), app.insert_source_event() to pulsegraph_api;
