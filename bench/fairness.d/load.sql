-- An organization of one small question, and one of an account with 2,400 vectors of 384 dimensions, and 2,400 others.
\set QUIET on
set client_min_messages = warning;
select setseed(0.42) \g /dev/null
insert into user_profiles (id, email) values (:'small', 'small@bench.example'), (:'large', 'large@bench.example') on conflict do nothing;
insert into organizations (id, name, slug) values (gen_random_uuid(), 'Small', 'small'), (gen_random_uuid(), 'Large', 'large');
insert into organization_members (organization_id, id, user_id, role)
select o.id, gen_random_uuid(), u.id, 'viewer' from organizations o join user_profiles u on u.email = o.slug || '@bench.example';
insert into embedding_models (organization_id, name, dimensions) select id, 'bench', 384 from organizations where slug = 'large';
insert into embeddings (organization_id, id, entity_type, entity_id, source_field, chunk_index, space_id, vector_data)
select m.organization_id, gen_random_uuid(), 'account',
  case when n <= 2400 then uuid '00000000-0000-7000-8000-000000000001' else gen_random_uuid() end, 'bio', n, m.space_id,
  (select array_agg((v / length)::real order by d)
   from (select d, v, sqrt(sum(v * v) over ()) as length
         from (select d, random() + random() + random() - 1.5 + 0 * n as v from generate_series(1, 384) d) x) y)
from embedding_models m cross join generate_series(1, 4800) n
where m.name = 'bench';
vacuum analyze;
