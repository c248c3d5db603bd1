-- Writes the samples to samples.csv, oldest first: each post is read every 21 hours for a year, at a phase of its own, in 8
-- metrics on 3 platforms. The year ends at :ends. Every 50th post loses its counters once, as platforms do.
\set ON_ERROR_STOP on
create temp view samples as
with readings as (
  select n, k, (:'ends'::timestamptz - interval '365 days')
      + k * interval '21 hours' + floor(n * 75600.0 / :entities) * interval '1 second' as at
  from (select i / :entities as k, i % :entities as n from generate_series(0, 417 * :entities - 1) i) i
),
series as (
  select n, k, at, unnest(array['instagram', 'tiktok', 'youtube']) as platform from readings
),
named as (
  select n, k, at, platform, hashtext(n || platform) & 1023 as size, hashtext(n || platform || k) & 1023 as chance,
    case when n % 50 = 7 and k >= 200 then k - 200 else k end as age,
    unnest(array['impressions', 'reach', 'engagement', 'likes', 'comments', 'shares', 'followers', 'engagement_rate']) as metric
  from series
)
select metric, 'POST', md5(:'slug' || ' ' || n)::uuid, platform,
  case metric
    when 'followers' then 1000 + 10 * size + k * 3 + chance % 50
    when 'engagement_rate' then round(chance / 128.0, 4)
    else floor((size + 10) * (1 - exp(-age / 60.0)) * case metric
      when 'impressions' then 100 when 'reach' then 60 when 'engagement' then 8 when 'likes' then 5 when 'comments' then 1 else 0.5 end) + age
  end,
  to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
from named;
\copy (select 'metric', 'entityType', 'entity', 'platform', 'value', 'recordedAt') to program 'cat > samples.csv' csv
\copy (select * from samples) to program 'cat >> samples.csv' csv
