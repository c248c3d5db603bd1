-- Compares answer.json with what raw.sql says; visitors may differ by 6 in 100. Prints how many are the same, how many not, and how many are missing.
\set ON_ERROR_STOP on
\set answer `cat answer.json`
with stats as (
  select :'answer'::jsonb #> '{data,organization,dailyStats}' as stats
),
answer as (
  select 'day' as kind, d ->> 'date' as key, (d ->> 'pageViews')::numeric as a, (d ->> 'clicks')::numeric as b, (d ->> 'visitors')::numeric as visitors
  from stats, jsonb_array_elements(stats -> 'days') d
  union all
  select 'sessions of day', d ->> 'date', (d ->> 'sessions')::numeric, null, null from stats, jsonb_array_elements(stats -> 'days') d
  union all
  select k, '', (stats #>> array[k, 'pageViews'])::numeric, (stats #>> array[k, 'clicks'])::numeric, (stats #>> array[k, 'visitors'])::numeric
  from stats, unnest(array['totals', 'previousTotals']) k
  union all
  select 'sessions of ' || k, '', (stats #>> array[k, 'sessions'])::numeric,
    round((stats #>> array[k, 'sessions'])::numeric * (stats #>> array[k, 'bounceRate'])::numeric),
    round((stats #>> array[k, 'sessions'])::numeric * (stats #>> array[k, 'averageSessionSeconds'])::numeric)
  from stats, unnest(array['totals', 'previousTotals']) k
  union all
  select 'share', (s ->> 'userCode') || ' ' || (s ->> 'shareCode'), (s ->> 'pageViews')::numeric, (s ->> 'clicks')::numeric, null
  from stats, jsonb_array_elements(stats -> 'shareCodes') s
  union all
  select 'sessions of share', (s ->> 'userCode') || ' ' || (s ->> 'shareCode'), (s ->> 'sessions')::numeric, null, null
  from stats, jsonb_array_elements(stats -> 'shareCodes') s
  union all
  select 'click', lower(c ->> 'category') || ' ' || (c ->> 'target'), (c ->> 'clicks')::numeric, null, null
  from stats, jsonb_array_elements(stats -> 'clickTargets') c
  union all
  select 'page', p ->> 'pageType', (p ->> 'views')::numeric, null, null from stats, jsonb_array_elements(stats -> 'pages') p
)
select count(*) filter (where same), count(*) filter (where r.kind is not null and not same), count(*) filter (where r.kind is null or a.kind is null)
from answer a full join raw_answer r using (kind, key)
cross join lateral (
  select a.a = r.a and a.b is not distinct from r.b
    and (a.visitors is not distinct from r.visitors or abs(a.visitors - r.visitors) <= 0.06 * r.visitors) as same) s
