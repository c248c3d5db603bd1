drop view top_performing_posts, analytics_dashboard;
drop function get_metrics_aggregated(text, uuid, text, text);
drop function app.begin_metric_batch(), app.take_metric_batch(uuid),
  app.drop_metric_samples(uuid, text, uuid, text[], text[], timestamptz, timestamptz), app.archived_metric_months(),
  app.make_metric_partitions(date[]),
  app.metric_value(text, text, bigint, numeric, numeric, numeric, numeric, bigint, numeric);
