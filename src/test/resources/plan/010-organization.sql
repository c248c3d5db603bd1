insert into user_profiles (id, email) select ('10000000-0000-0000-0000-' || lpad(i::text, 12, '0'))::uuid, i || '@plan.example'
from generate_series(1, 2000) i;
insert into organizations (id, name, slug) select ('00000000-0000-0000-0000-' || lpad(i::text, 12, '0'))::uuid, 'n', 'o-' || i
from generate_series(1, 1000) i;
insert into organization_members (organization_id, id, user_id, role, joined_at)
select o.id, gen_random_uuid(), u.id, 'owner', '2026-01-01'::timestamptz + random() * interval '100 days'
from (select id, row_number() over (order by id) as n from organizations) o
join (select id, row_number() over (order by id) as n from user_profiles) u
  on o.n = 7 or u.n % 1000 in (o.n - 1, o.n, o.n + 1);
