-- What Post.latestMetrics answers, for PostGraphile to relate to posts. It shows what the reader may see.
\set ON_ERROR_STOP on
create schema bench;
create view bench.latest_metrics with (security_invoker = true) as
select p.organization_id, p.id as post_id, l.metric, l.sum as value
from posts_core p cross join lateral unnest(p.latest_metrics, p.latest_sums) l(metric, sum);
grant usage on schema bench to pulsegraph_api;
grant select on bench.latest_metrics to pulsegraph_api;
