drop trigger metric_readings_inserted on metric_readings;
drop trigger metric_readings_updated on metric_readings;
drop trigger metric_readings_deleted on metric_readings;
drop trigger metric_readings_archive_inserted on metric_readings_archive;
drop trigger metric_readings_archive_updated on metric_readings_archive;
drop trigger metric_readings_archive_deleted on metric_readings_archive;
drop function app.roll_up_metrics(), app.refresh_metric_series(uuid, bigint[]), app.refresh_post_metrics(uuid, bigint[]),
  app.refresh_insights(uuid, uuid[], text[]), app.is_insight(text),
  app.rebuild_metric_days(uuid, bigint[], timestamptz[], text), app.rebuild_metrics(uuid, bigint[], timestamptz[]),
  app.delete_empty_metric_totals(uuid, bigint[], timestamptz[], text), app.count_metric_quarters(uuid, bigint[], timestamptz[]),
  app.sample_growth(uuid, bigint, timestamptz, timestamptz);
