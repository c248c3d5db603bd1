drop trigger metric_definitions_recompute on metric_definitions;
drop table cross_platform_metrics;
drop function app.recompute_cross_platform(), refresh_cross_platform_metrics(),
  app.refresh_cross_platform(uuid, text, int), app.metric_adds_up(text, text);
