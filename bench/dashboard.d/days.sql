-- Days of the raw rows, as the writer would have left them, and to visitors.tsv who came: a line a visitor of each row of a day.
\set ON_ERROR_STOP on
set session_replication_role = replica;
set work_mem = '256MB';
create temp table happened as
select v.organization_id, (v.viewed_at at time zone 'Europe/Berlin')::date as date, v.user_code, v.share_code, v.contact_id, v.visitor,
  v.viewed_at as at, v.page_type, null as click_category, null as click_target
from analytics_page_views v join organizations o on o.id = v.organization_id where o.slug = :'slug'
union all
select c.organization_id, (c.clicked_at at time zone 'Europe/Berlin')::date, c.user_code, c.share_code, c.contact_id, c.visitor,
  c.clicked_at, null, c.click_category, c.click_target
from analytics_clicks c join organizations o on o.id = c.organization_id where o.slug = :'slug';
create temp table cells as
select organization_id, date, user_code, share_code, contact_id, sum(sessions) as sessions, sum(page_views) as page_views,
  sum(clicks) as clicks, sum(bounces) as bounces, sum(seconds) as seconds, min(first_at) as first_at, max(last_at) as last_at
from (
  select organization_id, date, user_code, share_code, contact_id, 0 as sessions, count(page_type) as page_views,
    count(click_target) as clicks, 0 as bounces, 0 as seconds, min(at) as first_at, max(at) as last_at
  from happened group by 1, 2, 3, 4, 5
  union all
  select s.organization_id, (s.first_seen at time zone 'Europe/Berlin')::date, s.user_code, s.share_code, s.contact_id, count(*), 0, 0,
    count(*) filter (where s.page_views = 1 and s.clicks = 0), sum(floor(extract(epoch from s.last_seen - s.first_seen))), null, null
  from analytics_sessions s join organizations o on o.id = s.organization_id where o.slug = :'slug'
  group by 1, 2, 3, 4, 5) c
group by 1, 2, 3, 4, 5;
insert into analytics_daily_stats (organization_id, date, total_sessions, total_page_views, total_clicks, bounces, session_seconds)
select organization_id, date, sum(sessions), sum(page_views), sum(clicks), sum(bounces), sum(seconds) from cells group by 1, 2;
insert into analytics_daily_user_stats
  (organization_id, date, user_code, total_sessions, total_page_views, total_clicks, bounces, session_seconds)
select organization_id, date, user_code, sum(sessions), sum(page_views), sum(clicks), sum(bounces), sum(seconds) from cells group by 1, 2, 3;
insert into analytics_daily_group_stats
  (organization_id, date, user_code, share_code, total_sessions, total_page_views, total_clicks, bounces, session_seconds)
select organization_id, date, user_code, share_code, sum(sessions), sum(page_views), sum(clicks), sum(bounces), sum(seconds)
from cells group by 1, 2, 3, 4;
insert into analytics_daily_contact_stats (organization_id, date, user_code, share_code, contact_id, total_sessions, total_page_views,
  total_clicks, bounces, session_seconds, first_visit, last_visit)
select organization_id, date, user_code, share_code, contact_id, sessions, page_views, clicks, bounces, seconds, first_at, last_at
from cells where contact_id <> '';
-- Triggers keep the totals of these two.
set session_replication_role = origin;
insert into analytics_daily_click_targets (organization_id, date, user_code, share_code, click_category, click_target, click_count)
select organization_id, date, user_code, share_code, click_category, click_target, count(*)
from happened where click_target is not null group by 1, 2, 3, 4, 5, 6;
insert into analytics_daily_page_stats (organization_id, date, user_code, share_code, page_type, view_count)
select organization_id, date, user_code, share_code, page_type, count(*) from happened where page_type is not null group by 1, 2, 3, 4, 5;
\copy (select distinct date, '', '', visitor from happened union all select distinct date, user_code, '', visitor from happened union all select distinct date, user_code, share_code, visitor from happened order by 1, 2, 3) to 'visitors.tsv'
