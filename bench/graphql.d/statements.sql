\set n random(1, 20)
begin;
set transaction isolation level repeatable read, read only;
select set_config('role', 'pulsegraph_api', true), set_config('app.user_id', :viewer, true), set_config('app.api_key_id', '', true),
  set_config('app.organization_id', '', true), set_config('app.readable_organizations', '', true), set_config('statement_timeout', '9000', true);
select set_config('app.readable_organizations', app.organizations_with_role('viewer')::text, true);
select * from organizations where slug = 'bench-' || :n \gset o_
-- As one row, which pgbench can keep: the next statement asks for these posts.
select array_agg(p) as page, (array_agg(p.id))[1:20] as posts from (
  select p.* from unnest(cast(array[:o_id] as uuid[])) o(id) cross join lateral (
    select p.organization_id, p.id, p.author_id, p.title, p.status, p.platforms, p.scheduled_at, p.published_at, p.created_at, p.updated_at
    from posts_core p
    where p.organization_id = o.id
      and (p.published_order, p.id) < (cast('infinity' as timestamptz), cast('ffffffff-ffff-ffff-ffff-ffffffffffff' as uuid))
    order by p.published_order desc, p.id desc limit 21) p) p \gset p_
with latest as materialized (
  select k.organization_id, k.post_id, l.metric, l.sum, l.mean, l.recorded_at
  from unnest(array_fill(cast(:o_id as uuid), array[cardinality(cast(:p_posts as uuid[]))]), cast(:p_posts as uuid[])) k(organization_id, post_id)
  cross join lateral (
    select p.latest_metrics, p.latest_sums, p.latest_means, p.latest_at
    from posts_core p where p.organization_id = k.organization_id and p.id = k.post_id limit 1) p
  cross join lateral unnest(p.latest_metrics, p.latest_sums, p.latest_means, p.latest_at) l(metric, sum, mean, recorded_at)
),
definitions as materialized (
  select m.organization_id, m.metric, d.unit, d.kind
  from (select distinct l.organization_id, l.metric from latest l) m
  cross join lateral (
    select d.unit, d.kind from metric_definitions d where d.organization_id = m.organization_id and d.name = m.metric limit 1) d
)
select l.organization_id, l.post_id, l.metric, d.unit, l.recorded_at, case d.kind when 'ratio' then l.mean else l.sum end as value
from latest l join definitions d on d.organization_id = l.organization_id and d.metric = l.metric
order by l.post_id, l.metric;
select id, name, email from user_profiles where id = any (cast(:authors as uuid[]));
commit;
