drop function increment_session_clicks(text[], int, uuid), increment_session_page_views(text[], int, uuid),
  app.increment_sessions(text[], int, int, uuid);
drop view analytics_summary, analytics_table_sizes;
drop table traffic_retention;
drop function app.list_traffic_days(uuid), app.rebuild_traffic_zone(uuid), cleanup_old_raw_events(int);
