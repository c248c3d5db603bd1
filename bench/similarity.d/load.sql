-- Organizations whose sizes fall off as 1 / i ^ 1.5, clustered vectors, and 500 questions: of vectors drawn at random, so that
-- large organizations are asked more often.
\set QUIET on
set client_min_messages = warning;
select setseed(0.42) \g /dev/null
drop schema if exists bench cascade;
create schema bench;
delete from organizations where slug like 'bench-%';
insert into user_profiles (id, email) values (:'viewer', 'viewer@bench.example') on conflict do nothing;
create table bench.sizes as
select i, greatest(20, round(:vectors * power(i, -1.5) / (select sum(power(k, -1.5)) from generate_series(1, :organizations) k)))::int as size
from generate_series(1, :organizations) i;
insert into organizations (id, name, slug)
select gen_random_uuid(), 'Organization ' || i, 'bench-' || i from bench.sizes;
insert into organization_members (organization_id, id, user_id, role)
select id, gen_random_uuid(), :'viewer', 'viewer' from organizations where slug like 'bench-%';
insert into embedding_models (organization_id, name, dimensions) select id, 'bench', 384 from organizations where slug like 'bench-%';
create table bench.centres as
select c, (select array_agg((random() + random() + random() - 1.5)::real) from generate_series(1, 384) where c = c) as centre
from generate_series(1, 300) c;
create unique index on bench.centres (c);
insert into embeddings (organization_id, id, entity_type, entity_id, source_field, space_id, vector_data, metadata)
select m.organization_id, gen_random_uuid(), 'account', gen_random_uuid(), 'bio', m.space_id,
  (select array_agg((v / length)::real order by d)
   from (select d, v, sqrt(sum(v * v) over ()) as length
         from (select d, p + 0.8 * (random() + random() + random() - 1.5) as v from unnest(c.centre) with ordinality u(p, d)) x) y),
  jsonb_build_object('tenth', n % 10)
from bench.sizes s
join organizations o on o.slug = 'bench-' || s.i
join embedding_models m on m.organization_id = o.id
cross join lateral generate_series(1, s.size) n
join bench.centres c on c.c = 1 + (n * 7919) % 300;
create table bench.questions as
select row_number() over () as i, q.* from (
  select e.organization_id, o.slug, e.space_id, e.entity_id, e.vector_data
  from embeddings e join organizations o on o.id = e.organization_id
  where o.slug like 'bench-%'
  order by random() limit 500) q;
create unique index on bench.questions (i);
grant usage on schema bench to pulsegraph_api;
grant select on bench.questions to pulsegraph_api;
analyze;
