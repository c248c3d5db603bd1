drop view events_daily, events_hourly, source_aggregates;
