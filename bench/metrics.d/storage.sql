with sizes as (
  select 'samples' as what, sum(pg_total_relation_size(inhrelid)) as bytes from pg_inherits where inhparent = 'time_series_metrics'::regclass
  union all select 'rollups of series', pg_total_relation_size('metric_rollups')
  union all select 'totals', pg_total_relation_size('metric_totals')
  union all select 'series', pg_total_relation_size('metric_series')
)
select format('  %-18s %8s MB  %6s bytes a sample', what, round(bytes / 1e6), round(bytes / (select count(*) from time_series_metrics)::numeric, 1))
from sizes;
