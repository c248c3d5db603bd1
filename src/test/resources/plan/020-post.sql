insert into posts_core (organization_id, id, title, status, created_at, published_at)
select o.id, gen_random_uuid(), md5(random()::text), 'published', t.at, t.at
from (select id, row_number() over (order by id) as n from organizations) o,
  lateral (select '2026-01-01'::timestamptz + random() * interval '100 days' + o.n * interval '1 microsecond' as at
    from generate_series(1, case when o.n <= 10 then 2000 else 5 end)) t;
insert into audit_log (organization_id, occurred_at, actor_label, action, subject_type, subject_id, after)
select organization_id, created_at, 'system', 'create', 'Post', id, '{}' from posts_core;
