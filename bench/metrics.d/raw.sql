with samples as (
  select s.metric, m.recorded_at, m.metric_value as value,
    lag(m.metric_value) over (partition by m.series_id order by m.recorded_at) as before
  from metric_series s join metric_readings m on m.organization_id = s.organization_id and m.series_id = s.id
  where s.organization_id = :'organization' and s.metric in ('impressions', 'reach', 'likes', 'engagement_rate')
    -- A reading grows from the one before, which is known to be 21 hours old.
    and m.recorded_at >= :'other_from'::timestamptz - interval '21 hours' and m.recorded_at < :'to'
),
buckets as (
  select metric, recorded_at < :'from' as other, (recorded_at at time zone :'zone')::date as day, count(*) as samples,
    sum(value) as sum, sum(case when value >= before then value - before else value end) as growth
  from samples where recorded_at >= :'other_from'
  group by grouping sets ((metric, other, day), (metric, other))
)
select b.metric, d.kind, b.other,
  b.day - ((case when b.other then :'other_from' else :'from' end)::timestamptz at time zone :'zone')::date as n,
  case d.kind when 'counter' then b.growth else b.sum / b.samples end as value
from buckets b join metric_definitions d on d.organization_id = :'organization' and d.name = b.metric
