drop trigger metric_definitions_recompute on metric_definitions;
drop table cross_platform_metrics;
drop function app.audit_metrics(int), app.pick_metrics(int), app.heal_metrics(uuid, bigint, timestamptz),
  app.recount_metrics(uuid, bigint, timestamptz), app.recompute_cross_platform(), refresh_cross_platform_metrics(),
  app.refresh_cross_platform(uuid, text, int), app.metric_adds_up(text, text), app.organizations_in_another_zone(),
  app.rebuild_metric_zones(), app.rebuild_metric_zone(uuid), archive_old_metrics(interval);
revoke execute on function app.metric_value(text, text, bigint, numeric, numeric, numeric, numeric, bigint, numeric) from pulsegraph_guard;
drop policy metric_changes_select on metric_changes;
revoke select on metric_changes from pulsegraph_api;
