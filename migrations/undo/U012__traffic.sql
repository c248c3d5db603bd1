drop trigger organizations_begin_traffic on organizations;
drop trigger organizations_lock_traffic on organizations;
drop trigger organizations_forget_traffic on organizations;
delete from monthly_tables where parent in (
  'analytics_clicks', 'analytics_events', 'analytics_page_views', 'ingested_messages', 'analytics_sessions');
drop table analytics_page_views, analytics_clicks, analytics_events, analytics_sessions, ingested_messages, ingest_rejects,
  traffic_zones, traffic_quarters, traffic_quarter_clicks, traffic_quarter_pages, analytics_daily_stats,
  analytics_daily_user_stats, analytics_daily_group_stats, analytics_daily_contact_stats, analytics_daily_click_targets,
  analytics_daily_page_stats;
drop function app.begin_traffic(), app.lock_traffic(uuid), app.lock_traffic_of_deleted(), app.forget_traffic(),
  app.begin_event_batch(), app.organizations_to_track(), app.refuse_strangers(uuid[]), app.take_event_batch(),
  app.refuse_events(uuid[]), app.keep_events(), app.session_pause(text), app.find_visits(), app.merge_visits(),
  app.find_batch_days(), app.note_traffic_changes(), app.add_traffic_quarters(), app.add_traffic_days(),
  app.add_traffic_clicks(), app.add_traffic_pages(), app.store_visitor_sketches();
