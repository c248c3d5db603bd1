-- What Post.latestMetrics answers, for PostGraphile to relate to posts. It shows what the reader may see.
\set ON_ERROR_STOP on
create schema bench;
create view bench.latest_metrics with (security_invoker = true) as
select organization_id, post_id, metric, sum(last_value)::double precision as value
from metric_series
where post_id is not null and last_at is not null
group by organization_id, post_id, metric;
grant usage on schema bench to pulsegraph_api;
grant select on bench.latest_metrics to pulsegraph_api;
