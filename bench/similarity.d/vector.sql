\set i random(1, :questions)
begin isolation level repeatable read read only;
select set_config('role', 'pulsegraph_api', true), set_config('app.user_id', :viewer, true);
select set_config('app.readable_organizations', app.organizations_with_role('viewer')::text, true);
select c.organization_id, coalesce('bench', c.model), m.space_id, m.dimensions
from bench.questions q
join embedding_settings c on c.organization_id = q.organization_id
left join embedding_models m on m.organization_id = c.organization_id and m.name = coalesce('bench', c.model)
where q.i = :i;
select s.strategy, s.sources, s.more, s.matches
from bench.questions q
cross join lateral app.similar(q.organization_id, q.space_id, q.vector_data, '{"mode": "vector", "first": 10}') s
where q.i = :i;
commit;
