drop view analytics_summary, analytics_table_sizes;
drop function increment_session_clicks(text[], int, uuid), increment_session_page_views(text[], int, uuid),
  app.increment_sessions(text[], int, int, uuid);
drop function backfill_aggregates(date, date), aggregate_analytics_daily(date), app.pick_traffic_days(int),
  app.recount_traffic_day(uuid, date), app.list_traffic_days(uuid),
  app.rebuild_traffic_zone(uuid), app.organizations_in_another_traffic_zone(), cleanup_old_raw_events(int);
drop table traffic_retention;
