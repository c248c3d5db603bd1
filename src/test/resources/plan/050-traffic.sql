-- A year of one organization with many codes, and a few days of many others.
create temp table cells as
select o.id as organization_id, '2026-01-01'::date + d as date, 'u' || u as user_code, 's' || u || '-' || s as share_code
from (select id, row_number() over (order by id) as n from organizations) o
cross join lateral generate_series(0, case when o.n = 7 then 364 else 2 end) d
cross join lateral generate_series(1, case when o.n = 7 then 20 else 2 end) u
cross join lateral generate_series(1, 3) s;
insert into analytics_daily_group_stats (organization_id, date, user_code, share_code, total_sessions)
select organization_id, date, user_code, share_code, 1 from cells;
insert into traffic_quarter_hours (organization_id, bucket, user_code, share_code, sessions)
select organization_id, date, user_code, share_code, 1 from cells;
insert into analytics_daily_user_stats (organization_id, date, user_code, total_sessions)
select distinct organization_id, date, user_code, 1 from cells;
insert into analytics_daily_stats (organization_id, date, total_sessions) select distinct organization_id, date, 1 from cells;
insert into analytics_daily_contact_stats (organization_id, date, user_code, share_code, contact_id, total_sessions, first_visit, last_visit)
select organization_id, date, user_code, share_code, user_code || share_code || c, 1, date, date from cells, generate_series(1, 2) c;
insert into analytics_daily_click_targets (organization_id, date, user_code, share_code, click_category, click_target, click_count)
select organization_id, date, user_code, share_code, 'other', 't' || t || share_code, 1 from cells, generate_series(1, 3) t;
insert into analytics_daily_page_stats (organization_id, date, user_code, share_code, page_type, view_count)
select organization_id, date, user_code, share_code, 'p' || t || share_code, 1 from cells, generate_series(1, 3) t;
insert into traffic_daily_targets (organization_id, date, click_category, click_target, clicks)
select organization_id, date, click_category, click_target, sum(click_count) from analytics_daily_click_targets group by 1, 2, 3, 4;
insert into traffic_daily_pages (organization_id, date, page_type, page_views)
select organization_id, date, page_type, sum(view_count) from analytics_daily_page_stats group by 1, 2, 3;
select app.make_partitions('analytics_sessions', array(select distinct date_trunc('month', date)::date from cells));
insert into analytics_sessions (organization_id, session_key, visitor, user_code, first_seen, last_seen, page_views, first_message_key)
select organization_id, gen_random_uuid(), 'v', user_code, date + random() * interval '1 day', date + interval '2 days', 1, gen_random_uuid() from cells;
insert into rejected_events (organization_id, received_at, code, reason)
select organization_id, date + random() * interval '1 day', 'c', 'r' from cells;
