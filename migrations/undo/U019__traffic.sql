drop trigger analytics_daily_stats_tell_insert on analytics_daily_stats;
drop trigger analytics_daily_stats_tell_update on analytics_daily_stats;
drop trigger analytics_daily_stats_tell_delete on analytics_daily_stats;
drop trigger organizations_begin_traffic on organizations;
drop table traffic_zones, traffic_quarters, traffic_quarter_clicks, traffic_quarter_pages, analytics_daily_stats,
  analytics_daily_user_stats, analytics_daily_group_stats, analytics_daily_contact_stats,
  analytics_daily_click_targets, analytics_daily_page_stats;
drop function app.tell_traffic();
drop function app.begin_traffic(), app.find_batch_days(), app.note_traffic_changes(), app.add_traffic_quarters(),
  app.add_traffic_days(), app.add_traffic_clicks(), app.add_traffic_pages(), app.store_visitor_sketches();
