drop function backfill_aggregates(date, date), aggregate_analytics_daily(date), app.recountable_traffic_days(uuid, timestamptz[]), app.sample_traffic_days(int),
  app.recount_traffic_day(uuid, date), app.recount_traffic_pages(uuid, date, timestamptz, timestamptz),
  app.recount_traffic_clicks(uuid, date, timestamptz, timestamptz), app.recount_traffic(uuid, date, timestamptz, timestamptz);
