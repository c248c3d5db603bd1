-- vocabulary: action, role, scopes, status, subject_type, subscription_tier, time_zone
select set_config('app.user_id', '{user}', true);
insert into user_profiles (id, email, name) values ('{user}', '{tag}@tenant.example', '{tag}');
insert into organizations (id, name, slug, description, website, logo_url, subscription_tier, settings)
  values ('{organization}', '{tag} before', '{tag}', '{tag} description', 'https://{tag}.example',
    'https://{tag}.example/logo', 'pro', '{"{tag} settings": "{tag}"}');
update organizations set name = '{tag} name' where id = '{organization}';
update organization_members set invited_by = '{user}' where organization_id = '{organization}';
insert into api_keys (organization_id, id, name, prefix, secret_sha256, scopes, created_by, expires_at, last_used_at)
  values ('{organization}', '{key}', '{tag} key', '{tag} prefix', decode('{sha256}', 'hex'),
    '{read,write,ingest}', '{user}', '2100-01-01T00:00:00Z', '2020-01-01T00:00:00Z');
insert into organization_invitations (organization_id, id, email, role, token_sha256, invited_by)
  values ('{organization}', gen_random_uuid(), 'guest@{tag}.example', 'viewer', sha256('{tag}'), '{user}');
