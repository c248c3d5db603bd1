-- 20 organizations of 5,000 posts by 5 authors; one viewer belongs to all of them. Each post has the newest
-- values of four metrics on each of its one or two platforms. Seeded, so every run has the same rows.
\set ON_ERROR_STOP on
\o /dev/null
select setseed(0.42);
create extension if not exists pgcrypto with schema public;
create or replace function pg_temp.uuid_v5_url(name text) returns uuid language sql as $$
  select encode(set_byte(set_byte(h, 6, (get_byte(h, 6) & 15) | 80), 8, (get_byte(h, 8) & 63) | 128), 'hex')::uuid
  from (select substring(sha1 from 1 for 16) as h from (select decode(
    encode(public.digest(decode('6ba7b8119dad11d180b400c04fd430c8', 'hex') || convert_to(name, 'UTF8'), 'sha1'), 'hex'), 'hex') as sha1) s) t
$$;
set session_replication_role = replica; -- no triggers: the limits of tiers are not what is measured
insert into user_profiles (id, email, name)
select pg_temp.uuid_v5_url('mailto:' || email), email, split_part(email, '@', 1)
from unnest(array['viewer@bench.example', 'author1@bench.example', 'author2@bench.example', 'author3@bench.example',
  'author4@bench.example', 'author5@bench.example']) email;
insert into organizations (id, name, slug, subscription_tier)
select md5('organization ' || n)::uuid, 'Bench ' || n, 'bench-' || n, 'enterprise' from generate_series(1, 20) n;
insert into organization_members (organization_id, id, user_id, role)
select o.id, gen_random_uuid(), u.id, case when u.email like 'viewer%' then 'viewer' else 'editor' end
from organizations o, user_profiles u;
insert into posts_core (organization_id, id, author_id, title, status, platforms, published_at, created_at)
select o.id, gen_random_uuid(), a.id, 'Post ' || n || ' of ' || o.slug, 'published',
  (array['instagram', 'tiktok', 'youtube', 'linkedin'])[1 + n % 4 : 2 + n % 4],
  now() - n * interval '105 minutes' - random() * interval '1 hour', now() - n * interval '110 minutes'
from organizations o, generate_series(1, 5000) n,
  lateral (select id from user_profiles where email = 'author' || 1 + n % 5 || '@bench.example') a;
insert into posts_content (organization_id, post_id, content, hashtags)
select organization_id, id, repeat(title || '. ', 10), array['bench'] from posts_core;
insert into rollup_zones (organization_id, rollup, time_zone) select o.id, r.name, o.time_zone from organizations o, local_day_rollups r;
insert into metric_definitions (organization_id, name, unit, kind, default_aggregation, description, built_in)
select o.id, c.name, c.unit, c.kind, c.default_aggregation, c.description, true from organizations o cross join metric_catalogue c;
insert into metric_series (organization_id, entity_type, entity_id, metric, platform, last_value, last_at)
select p.organization_id, 'post', p.id, m.name, platform, floor(random() * m.most), now() - random() * interval '1 day'
from posts_core p cross join unnest(p.platforms) platform
cross join (values ('impressions', 100000), ('reach', 50000), ('likes', 5000), ('comments', 500)) m(name, most);
update posts_core p set latest_metrics = l.metrics, latest_sums = l.sums, latest_means = l.means, latest_at = l.recorded_at
from (
  select m.organization_id, m.entity_id, array_agg(m.metric order by m.metric) as metrics,
    array_agg(m.sum::double precision order by m.metric) as sums, array_agg(m.mean::double precision order by m.metric) as means,
    array_agg(m.recorded_at order by m.metric) as recorded_at
  from (
    select s.organization_id, s.entity_id, s.metric, sum(s.last_value) as sum, avg(s.last_value) as mean, max(s.last_at) as recorded_at
    from metric_series s group by s.organization_id, s.entity_id, s.metric) m
  group by m.organization_id, m.entity_id) l
where l.organization_id = p.organization_id and l.entity_id = p.id;
reset session_replication_role;
vacuum full posts_core;
vacuum analyze;
