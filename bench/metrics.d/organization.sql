-- An organization in Berlin with as many posts as :entities, and a key that may write to it.
\set ON_ERROR_STOP on
insert into organizations (id, name, slug, subscription_tier, time_zone)
values (md5('organization ' || :'slug')::uuid, :'slug', :'slug', 'enterprise', 'Europe/Berlin');
insert into posts_core (organization_id, id, title, status, platforms, published_at)
select o.id, md5(o.slug || ' ' || n)::uuid, 'Post ' || n, 'published', '{instagram,tiktok,youtube}', now() - interval '1 year'
from organizations o cross join generate_series(0, :entities - 1) n where o.slug = :'slug';
insert into api_keys (organization_id, id, name, prefix, secret_sha256, scopes)
select id, gen_random_uuid(), 'bench', left(:'key', 10), sha256(convert_to(:'key', 'UTF8')), '{write}' from organizations where slug = :'slug';
