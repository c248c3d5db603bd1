-- An organization in Berlin, and a key that may send its events.
\set ON_ERROR_STOP on
insert into organizations (id, name, slug, subscription_tier, time_zone)
values (md5('organization bench')::uuid, 'Bench', 'bench', 'enterprise', 'Europe/Berlin');
insert into api_keys (organization_id, id, name, prefix, secret_sha256, scopes)
select id, gen_random_uuid(), 'bench', left(:'key', 10), sha256(convert_to(:'key', 'UTF8')), '{ingest}' from organizations;
