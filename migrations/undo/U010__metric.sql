drop trigger organizations_begin_metrics on organizations;
drop trigger organizations_lock_metrics on organizations;
drop trigger posts_core_lock_metrics on posts_core;
drop policy post_insights_guard on post_insights;
revoke select, insert, update, delete on post_insights from pulsegraph_guard;
drop view top_performing_posts, analytics_dashboard, time_series_metrics, time_series_metrics_archive;
drop view metric_samples cascade;
drop function get_metrics_aggregated(text, uuid, text, text);
delete from monthly_tables where parent in ('metric_readings', 'metric_readings_archive');
drop table metric_readings, metric_readings_archive, metric_rollups, metric_totals, metric_changes, metric_series,
  metric_zones, metric_definitions, metric_catalogue;
drop function app.begin_metric_batch(), app.take_metric_batch(uuid), app.drop_metric_samples(uuid, text, uuid, text[], text[], timestamptz, timestamptz),
  app.archived_metric_months(), app.make_metric_partitions(date[]), app.refuse_foreign_temporaries(text[]),
  app.lock_metrics_of_deleted(), app.forget_metric_series(), app.keep_sample_in_place(), app.roll_up_metrics(), app.renew_metric_series(uuid, bigint[]),
  app.renew_post_insights(uuid, bigint[]),
  app.rebuild_metric_days(uuid, bigint[], timestamptz[], text), app.rebuild_metrics(uuid, bigint[], timestamptz[]),
  app.metric_steps(uuid, bigint, timestamptz, timestamptz), app.begin_metrics(), app.keep_metric_definitions_few(),
  app.metric_value(text, text, bigint, numeric, numeric, numeric, numeric, bigint, numeric), app.whole_count(numeric),
  app.unknown_entities(uuid, text[], uuid[]), app.is_entity_type(text), app.lock_metrics(uuid), app.counter_growth(numeric, numeric), app.metric_tiers(timestamptz, text);
