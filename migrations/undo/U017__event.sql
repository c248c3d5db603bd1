delete from monthly_tables where parent in ('analytics_clicks', 'analytics_events', 'analytics_page_views', 'ingested_messages');
drop table analytics_page_views, analytics_clicks, analytics_events, ingested_messages, rejected_events;
drop function prune_rejected_events(interval);
drop function app.insert_rejected_events(jsonb), app.lock_traffic_soon(uuid[]), app.ingest_keys(text[]);
drop function app.create_event_staging(),
  app.ingestible_organizations(), app.require_ingest_permission(uuid[]), app.write_event_batch(), app.reject_events(uuid[]),
  app.insert_events(), app.create_consumer_staging(), app.consume_event_batch(), app.consume_traffic_batch();
