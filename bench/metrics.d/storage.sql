with sizes as (
  select 'samples' as what, sum(pg_total_relation_size(inhrelid)) as bytes from pg_inherits where inhparent = 'metric_readings'::regclass
  union all select 'rollups of series', pg_total_relation_size('metric_rollups')
  union all select 'totals', pg_total_relation_size('metric_totals')
  union all select 'series', pg_total_relation_size('metric_series')
)
select format('  %-18s %8s MB  %6s bytes a sample', what, round(bytes / 1e6), round(bytes / (select count(*) from metric_readings)::numeric, 1))
from sizes;
