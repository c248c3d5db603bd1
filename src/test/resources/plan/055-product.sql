-- A year of one organization's events, and a few days of many others.
create temp table moments as
select o.id as organization_id, '2026-01-01'::timestamptz + d * interval '1 day' + k * interval '20 minutes' as at, d, k
from (select id, row_number() over (order by id) as n from organizations) o
cross join lateral generate_series(0, case when o.n = 7 then 364 else 2 end) d
cross join lateral generate_series(0, 60) k;
select app.make_partitions(parent, array(select distinct date_trunc('month', at)::date from moments))
from unnest(array['analytics_page_views', 'analytics_clicks', 'analytics_events']) parent;
insert into analytics_page_views (organization_id, id, session_key, visitor, page_type, path, viewed_at, received_at, properties)
select organization_id, gen_random_uuid(), gen_random_uuid(), 'v' || k, 'page', '/p' || k, at, at, '{"title": "page"}' from moments;
insert into analytics_clicks (organization_id, id, session_key, visitor, click_target, click_category, clicked_at, received_at)
select organization_id, gen_random_uuid(), gen_random_uuid(), 'v' || k, 't' || k, 'other', at, at from moments;
insert into analytics_events (organization_id, id, type, name, visitor, occurred_at, received_at, properties)
select organization_id, gen_random_uuid(), 'track', 'n' || k, 'v' || k, at, at, jsonb_build_object('plan', 'p' || k) from moments;
insert into identified_users (organization_id, user_id, identified_at, updated_at)
select distinct organization_id, d || '-' || k, at, at from moments;
insert into visitor_aliases (organization_id, visitor, canonical_visitor)
select distinct organization_id, 'user:' || d || '-' || k, 'v' || k from moments;
