-- Compares answer.json, number by number, with what raw_answer.sql says; prints how many are the same, and how many not.
\set ON_ERROR_STOP on
\set answer `cat answer.json`
with series as (
  select s.value as series from jsonb_array_elements(:'answer'::jsonb #> '{data,organization,metrics,series}') s
),
answer as (
  select series ->> 'metric' as metric, false as other, null::bigint as n, (series ->> 'total')::double precision as value from series
  union all
  select series ->> 'metric', true, null, (series #>> '{comparison,total}')::double precision from series
  union all
  select series ->> 'metric', false, p.n - 1, (p.value ->> 'value')::double precision
  from series, jsonb_array_elements(series -> 'points') with ordinality p(value, n)
  union all
  select series ->> 'metric', true, p.n - 1, (p.value ->> 'value')::double precision
  from series, jsonb_array_elements(series #> '{comparison,points}') with ordinality p(value, n)
),
compared as (
  select a.metric, a.other, a.n, a.value, coalesce(r.value, case when a.metric <> 'engagement_rate' then 0 end)::double precision as raw
  from answer a left join raw_answer r on r.metric = a.metric and r.other = a.other and r.n is not distinct from a.n
)
select count(*) filter (where same), count(*) filter (where not same),
  (select count(*) from raw_answer r where not exists (
    select from answer a where a.metric = r.metric and a.other = r.other and a.n is not distinct from r.n))
from compared cross join lateral (
  select coalesce(abs(value - raw) <= 1e-9 * greatest(1, abs(raw)), value is null and raw is null) as same) s
