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
select s.organization_id, s.entity_id as post_id, s.metric, d.unit, s.recorded_at,
  cast(app.metric_value('last', d.kind, null, null, null, null, s.last, s.series, null) as double precision) as value
from unnest(cast(:p_posts as uuid[])) p(id)
cross join lateral (
  select s.organization_id, s.entity_id, s.metric, sum(s.last_value) as last, count(*) as series, max(s.last_at) as recorded_at
  from metric_series s
  where s.organization_id = cast(:o_id as uuid) and s.entity_type = 'post' and s.entity_id = p.id and s.last_at is not null
  group by s.organization_id, s.entity_id, s.metric
  offset 0) s
cross join lateral (
  select d.unit, d.kind from metric_definitions d where d.organization_id = s.organization_id and d.name = s.metric limit 1) d
order by s.entity_id, s.metric;
select id, name, email from user_profiles where id = any (cast(:authors as uuid[]));
commit;
