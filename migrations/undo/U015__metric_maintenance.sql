drop function app.audit_metrics(int), app.sample_metrics(int), app.repair_metrics(uuid, bigint, timestamptz),
  app.recount_metrics(uuid, bigint, timestamptz), app.rebuild_metric_zones(),
  app.rebuild_metric_zone(uuid), archive_old_metrics(interval);
