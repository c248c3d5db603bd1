drop trigger organizations_begin_metrics on organizations;
drop trigger organizations_lock_metrics on organizations;
drop trigger posts_core_lock_metrics on posts_core;
drop policy post_insights_guard on post_insights;
revoke select, insert, update, delete on post_insights from pulsegraph_guard;
delete from local_day_rollups where name = 'metrics';
delete from monthly_tables where parent in ('metric_readings', 'metric_readings_archive');
drop view time_series_metrics, time_series_metrics_archive;
drop view metric_samples cascade;
drop table metric_readings, metric_readings_archive, metric_rollups, metric_totals, metric_dirty_days, metric_series,
  metric_definitions, metric_catalogue;
drop function app.delete_metric_series(), app.refresh_latest_metrics(uuid, uuid[]), app.whole_count(numeric), app.reject_sample_move(),
  app.begin_metrics(),
  app.counter_growth(numeric, numeric), app.metric_tiers(timestamptz, text);
