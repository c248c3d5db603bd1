drop view custom_events_aggregated, events, analytics.analytics_events, told_events;
drop function app.insert_analytics_event(), app.insert_source_event();
drop schema analytics;
