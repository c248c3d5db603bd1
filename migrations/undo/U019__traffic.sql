drop trigger organizations_delete_traffic on organizations;
delete from local_day_rollups where name = 'traffic';
drop table traffic_quarter_hours, traffic_quarter_hour_clicks, traffic_quarter_hour_pages, traffic_days,
  analytics_daily_click_targets, analytics_daily_page_stats;
drop function app.notify_traffic();
drop function app.find_batch_days(), app.note_traffic_changes(), app.add_traffic_quarter_hours(),
  app.traffic_level(int), app.add_traffic_days(), app.add_traffic_clicks(), app.add_traffic_pages(),
  app.store_visitor_sketches();
drop function app.delete_traffic(), app.create_traffic_staging(), app.count_traffic();
