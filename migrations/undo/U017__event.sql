drop trigger organizations_lock_traffic on organizations;
drop trigger organizations_delete_traffic on organizations;
delete from monthly_tables where parent in ('analytics_clicks', 'analytics_events', 'analytics_page_views', 'ingested_messages');
drop table analytics_page_views, analytics_clicks, analytics_events, ingested_messages, ingest_rejects;
drop function prune_ingest_rejects(interval);
drop function app.keep_ingest_rejects(jsonb), app.lock_traffic_soon(uuid[]), app.ingest_keys(text[]);
drop function app.lock_traffic(uuid), app.lock_traffic_of_deleted(), app.delete_traffic(), app.begin_event_batch(),
  app.organizations_to_track(), app.refuse_strangers(uuid[]), app.take_event_batch(), app.refuse_events(uuid[]),
  app.keep_events();
