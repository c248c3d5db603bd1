\set n random(1, 20)
begin;
set transaction isolation level repeatable read, read only;
select set_config('role', 'pulsegraph_api', true), set_config('app.user_id', :viewer, true), set_config('app.api_key_id', '', true),
  set_config('app.organization_id', '', true), set_config('app.readable_organizations', '', true), set_config('statement_timeout', '9000', true);
select set_config('app.readable_organizations', app.organizations_where('viewer')::text, true);
select * from organizations where slug = 'bench-' || :n \gset o_
select p.* from unnest(cast(array[:o_id] as uuid[])) o(id) cross join lateral (
  select p.organization_id, p.id, p.author_id, p.title, p.status, p.platforms, p.scheduled_at, p.published_at, p.created_at, p.updated_at
  from posts_core p
  where p.organization_id = o.id
    and (p.published_order, p.id) < (cast('infinity' as timestamptz), cast('ffffffff-ffff-ffff-ffff-ffffffffffff' as uuid))
  order by p.published_order desc, p.id desc limit 21) p;
select id, name, email from user_profiles where id = any (cast(:authors as uuid[]));
commit;
