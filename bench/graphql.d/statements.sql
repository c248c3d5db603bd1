\set n random(1, 20)
begin;
set transaction isolation level repeatable read, read only;
select set_config('role', 'pulsegraph_api', true), set_config('app.user_id', :viewer, true), set_config('app.api_key_id', '', true),
  set_config('app.organization_id', '', true), set_config('app.readable_organizations', '', true), set_config('statement_timeout', '9000', true);
select set_config('app.readable_organizations', app.organizations_with_role('viewer')::text, true);
select * from organizations where slug = 'bench-' || :n \gset o_
select p.* from unnest(cast(array[:o_id] as uuid[])) o(id) cross join lateral (
  select organization_id, id, author_id, title, status, platforms, scheduled_at, published_at, created_at, updated_at,
    latest_metrics, latest_sums, latest_means, latest_at
  from posts_core p
  where p.organization_id = o.id
    and (p.published_order, p.id) < (cast('infinity' as timestamptz), cast('ffffffff-ffff-ffff-ffff-ffffffffffff' as uuid))
  order by p.published_order desc, p.id desc limit 21) p;
select d.organization_id, d.name, d.unit, d.kind, d.default_aggregation, d.description, d.built_in
from unnest(cast(array[:o_id] as uuid[])) o(id)
cross join lateral (
  select d.organization_id, d.name, d.unit, d.kind, d.default_aggregation, d.description, d.built_in
  from metric_definitions d where d.organization_id = o.id order by d.name offset 0) d;
select id, name, email from user_profiles where id = any (cast(:authors as uuid[]));
commit;
