-- An organization in Berlin, and a key that may read it.
\set ON_ERROR_STOP on
insert into organizations (id, name, slug, subscription_tier, time_zone)
values (md5('organization ' || :'slug')::uuid, :'slug', :'slug', 'enterprise', 'Europe/Berlin');
insert into api_keys (organization_id, id, name, prefix, secret_sha256, scopes)
select id, gen_random_uuid(), 'bench', left(:'key', 10), sha256(convert_to(:'key', 'UTF8')), '{read}' from organizations where slug = :'slug';
