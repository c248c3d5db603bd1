-- Visits of 60 days that end at :ends, with :events views and clicks in all: of 10 user codes with 2 share codes each, of a
-- contact every 20th. One visit in four is one view, the others are four views and a click, 20 seconds apart; a visitor comes
-- three times. Raw rows go in as the writer keeps them, without its checks, which is faster.
\set ON_ERROR_STOP on
set session_replication_role = replica;
set synchronous_commit = off;
select app.make_partitions(parent, array(
  select m::date from generate_series(date_trunc('month', :'ends'::timestamptz - interval '61 days', 'UTC') at time zone 'UTC',
    :'ends'::timestamptz at time zone 'UTC', interval '1 month') m))
from unnest(array['analytics_page_views', 'analytics_clicks', 'analytics_sessions']) parent \g /dev/null
create temp table visits as
select o.id as organization_id, n, md5(:'slug' || ' ' || n)::uuid as session_key, 'visitor-' || (n * 7919::bigint) % (:events / 12) as visitor,
  'user-' || n % 10 as user_code, 'share-' || n % 20 as share_code,
  case when n % 20 = 3 then 'contact-' || (n / 20) % 500 else '' end as contact_id,
  :'ends'::timestamptz - interval '60 days' + n * interval '60 days' / (:events / 4) as at, n % 4 = 0 as bounces
from organizations o cross join generate_series(0, :events / 4 - 1) n where o.slug = :'slug';
insert into analytics_sessions (organization_id, session_key, session_id, visitor, user_code, share_code, contact_id, first_seen,
  last_seen, page_views, clicks, first_message_key, ip_address, user_agent, referrer)
select organization_id, session_key, 'session-' || n, visitor, user_code, share_code, contact_id, at,
  case when bounces then at else at + interval '80 seconds' end, case when bounces then 1 else 4 end, case when bounces then 0 else 1 end,
  session_key, '192.0.2.0', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0', 'https://social.example/'
from visits;
insert into analytics_page_views (organization_id, id, session_key, visitor, user_code, share_code, contact_id, page_type, name,
  viewed_at, received_at, properties, context)
select organization_id, gen_random_uuid(), session_key, visitor, user_code, share_code, contact_id, 'page-' || (n + k) % 6, 'Page',
  at + k * interval '20 seconds', at + k * interval '20 seconds', '{"title": "A page", "path": "/profile"}',
  '{"page": {"url": "https://pages.example/profile", "referrer": "https://social.example/"}, "library": {"name": "snippet"}}'
from visits cross join generate_series(0, 3) k where k = 0 or not bounces;
insert into analytics_clicks (organization_id, id, session_key, visitor, user_code, share_code, contact_id, click_target, click_category,
  name, clicked_at, received_at, properties, context)
select organization_id, gen_random_uuid(), session_key, visitor, user_code, share_code, contact_id,
  case when n % 3 = 0 then 'contact.' else 'link.' end || (n / 20) % 12, case when n % 3 = 0 then 'contact' else 'other' end, 'Click',
  at + interval '80 seconds', at + interval '80 seconds', '{}',
  '{"page": {"url": "https://pages.example/profile"}, "library": {"name": "snippet"}}'
from visits where not bounces;
