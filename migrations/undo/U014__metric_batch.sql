drop view top_performing_posts, analytics_dashboard;
drop function get_metrics_aggregated(text, uuid, text, text);
drop function app.create_metric_staging(), app.write_metric_batch(uuid), app.add_newest_metrics(uuid, timestamptz), app.insert_newest_metrics(uuid, timestamptz),
  app.delete_metric_samples(uuid, text, uuid, text[], text[], timestamptz, timestamptz), app.archived_metric_months(),
  app.make_metric_partitions(date[]),
  app.metric_value(text, text, bigint, numeric, numeric, numeric, numeric, bigint, numeric);
