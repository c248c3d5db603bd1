-- Events of 30 days that end at :ends, of :events / 50 visitors: half of them views of pages, half tracked. One in five is of one of the
-- five steps, fewer the later the step; a visitor does what they do in sessions of five events, a minute apart. Raw rows go
-- in as the writer keeps them, without its checks, which is faster.
\set ON_ERROR_STOP on
set session_replication_role = replica;
set synchronous_commit = off;
select app.make_partitions(parent, array(
  select m::date from generate_series(date_trunc('month', :'ends'::timestamptz - interval '31 days', 'UTC') at time zone 'UTC',
    :'ends'::timestamptz at time zone 'UTC', interval '1 month') m))
from unnest(array['analytics_page_views', 'analytics_events', 'analytics_sessions']) parent \g /dev/null
create temp table told as
select o.id as organization_id, s.n as session, 'visitor-' || s.n % (:events / 50) as visitor,
  :'ends'::timestamptz - interval '30 days' + (s.n * interval '30 days' / (:events / 5)) + k.k * interval '1 minute' as at,
  -- What it is, as a number from 0 to 99.
  ('x' || substr(md5(s.n || ' ' || k.k), 1, 6))::bit(24)::int % 100 as kind, 'campaign-' || s.n % 40 as campaign
from organizations o cross join generate_series(0, :events / 5 - 1) s(n) cross join generate_series(0, 4) k(k)
where o.slug = :'slug';
insert into analytics_page_views (organization_id, id, session_key, visitor, page_type, name, path, viewed_at, received_at, properties, context)
select organization_id, gen_random_uuid(), md5(visitor)::uuid, visitor, 'page', 'Page',
  case when kind < 8 then '/products/' || kind else '/articles/' || kind end, at, at, '{"title": "A page"}',
  jsonb_build_object('campaign', jsonb_build_object('source', campaign), 'library', '{"name": "snippet"}'::jsonb)
from told where kind < 50 order by at;
insert into analytics_events (organization_id, id, type, name, visitor, occurred_at, received_at, properties, context)
select organization_id, gen_random_uuid(), 'track',
  case when kind < 55 then 'Product Added' when kind < 59 then 'Checkout Started' when kind < 61 then 'Payment Entered'
    when kind < 62 then 'Order Completed' else 'Scrolled ' || kind % 7 end, visitor, at, at,
  jsonb_build_object('plan', case when kind % 2 = 0 then 'pro' else 'free' end),
  jsonb_build_object('campaign', jsonb_build_object('source', campaign), 'library', '{"name": "snippet"}'::jsonb)
from told where kind >= 50 order by at;
-- Each with what describes it, in the order of SessionDimension.
insert into analytics_sessions
  (organization_id, session_key, visitor, first_seen, last_seen, page_views, first_message_key, dimensions)
select organization_id, md5(visitor)::uuid, visitor, min(at), max(at), count(*), gen_random_uuid(),
  array['shop.example', '', min(campaign), 'Other', min(campaign), '', '', '', '', '', 'en', 'mobile', 'Chrome', 'Android', '/products/1']
from told where kind < 50 group by organization_id, visitor, session order by min(at);
-- Rollups, as app.count_event_names would have made them.
insert into event_names (organization_id, type, name, first_seen, last_seen, sample_properties)
select e.organization_id, e.type, e.name, min(e.at), max(e.at), '{}'
from product_events e join organizations o on o.id = e.organization_id
where o.slug = :'slug' and e.name is not null group by 1, 2, 3;
insert into event_quarter_hours (organization_id, type, name, bucket, events)
select e.organization_id, e.type, coalesce(e.name, ''), app.quarter_hour(e.at), count(*)
from product_events e join organizations o on o.id = e.organization_id
where o.slug = :'slug' group by e.organization_id, e.type, app.quarter_hour(e.at), rollup (e.name)
having grouping(e.name) = 1 or e.name is not null;
