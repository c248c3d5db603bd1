drop function backfill_aggregates(date, date), aggregate_analytics_daily(date), app.pick_traffic_days(int),
  app.recount_traffic_day(uuid, date);
