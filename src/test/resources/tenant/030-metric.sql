-- vocabulary: kind, default_aggregation, entity_type
-- behind another table: cross_platform_metrics, metric_dirty_days, metric_definitions, metric_readings, metric_readings_archive, metric_rollups
-- behind another table: metric_series, metric_totals
-- only calculates: metric_tiers
insert into metric_definitions (organization_id, name, unit, kind, default_aggregation, description)
  values ('{organization}', '{tag}-metric', '{tag} unit', 'gauge', 'last', '{tag} description');
select app.make_metric_partitions('{2026-01-01}');
create table if not exists partitions.metric_readings_2001_01
  partition of metric_readings_archive for values from ('2001-01-01T00:00:00Z') to ('2001-02-01T00:00:00Z');
insert into metric_series (organization_id, entity_type, entity_id, metric, platform)
  select '{organization}', 'post', '{id:post}', metric, '{tag}-platform' from unnest(array['{tag}-metric', 'likes']) metric;
insert into metric_readings (organization_id, series_id, recorded_at, metric_value, metadata)
  select organization_id, id, '2026-01-03T00:00:00Z', {number}02, '{"{tag} metadata": "{tag}"}' from metric_series
  where organization_id = '{organization}';
insert into metric_readings_archive (organization_id, series_id, recorded_at, metric_value, metadata)
  select organization_id, id, '2001-01-03T00:00:00Z', {number}01, '{"{tag} metadata": "{tag}"}' from metric_series
  where organization_id = '{organization}';
insert into cross_platform_metrics (organization_id, metric, bucket, platform, value, samples, posts, per_post)
  values ('{organization}', '{tag}-metric', '2026-01-03T00:00:00Z', '{tag}-platform', {number}02, 1, 1, {number}02);
