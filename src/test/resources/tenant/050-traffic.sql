-- vocabulary: level, rollup
-- always empty: analytics_daily_stats.user_code, analytics_daily_stats.share_code, analytics_daily_stats.contact_id
-- always empty: analytics_daily_user_stats.share_code, analytics_daily_user_stats.contact_id, analytics_daily_group_stats.contact_id
-- behind another table: analytics_daily_click_targets, analytics_daily_contact_stats, analytics_daily_group_stats, analytics_daily_page_stats
-- behind another table: analytics_daily_stats, analytics_daily_user_stats, traffic_days, traffic_quarter_hour_clicks, traffic_quarter_hour_pages, traffic_quarter_hours
-- behind another table: traffic_daily_targets, traffic_daily_pages
insert into traffic_quarter_hours (organization_id, bucket, user_code, share_code, contact_id, sessions, page_views, clicks, bounces, seconds)
  values ('{organization}', '2026-01-03T00:00:00Z', '{tag} name', '{tag} name', '{tag} name', {number}, {number}, {number}, {number}, {number}01);
insert into traffic_quarter_hour_clicks (organization_id, bucket, user_code, share_code, contact_id, click_category, click_target, clicks)
  values ('{organization}', '2026-01-03T00:00:00Z', '{tag} name', '{tag} name', '{tag} name', 'other', '{tag} name', {number});
insert into traffic_quarter_hour_pages (organization_id, bucket, user_code, share_code, contact_id, page_type, page_views)
  values ('{organization}', '2026-01-03T00:00:00Z', '{tag} name', '{tag} name', '{tag} name', '{tag}', {number});
insert into analytics_daily_stats (organization_id, date, total_sessions, total_page_views, total_clicks, bounces, session_seconds)
  values ('{organization}', '2026-01-03', {number}, {number}, {number}, {number}, {number}01);
insert into analytics_daily_user_stats
    (organization_id, date, user_code, total_sessions, total_page_views, total_clicks, bounces, session_seconds)
  values ('{organization}', '2026-01-03', '{tag} name', {number}, {number}, {number}, {number}, {number}01);
insert into analytics_daily_group_stats
    (organization_id, date, user_code, share_code, total_sessions, total_page_views, total_clicks, bounces, session_seconds)
  values ('{organization}', '2026-01-03', '{tag} name', '{tag} name', {number}, {number}, {number}, {number}, {number}01);
insert into analytics_daily_contact_stats (organization_id, date, user_code, share_code, contact_id, total_sessions,
    total_page_views, total_clicks, bounces, session_seconds, first_visit, last_visit)
  values ('{organization}', '2026-01-03', '{tag} name', '{tag} name', '{tag} name', {number}, {number}, {number}, {number}, {number}01,
    '2026-01-03T00:00:00Z', '2026-01-03T00:01:00Z');
insert into analytics_daily_click_targets (organization_id, date, user_code, share_code, click_category, click_target, click_count)
  values ('{organization}', '2026-01-03', '{tag} name', '{tag} name', 'other', '{tag} name', {number});
insert into analytics_daily_page_stats (organization_id, date, user_code, share_code, page_type, view_count)
  values ('{organization}', '2026-01-03', '{tag} name', '{tag} name', '{tag}', {number});
