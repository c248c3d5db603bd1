-- package: organization
-- Users, organizations, memberships and API keys, and the helpers that every policy of every tenant table calls.

create table user_profiles (
  id uuid not null,
  email text,
  name text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint user_profiles_pkey primary key (id),
  constraint user_profiles_email_length check (length(email) between 3 and 320),
  constraint user_profiles_name_length check (length(name) <= 200 and not app.is_blank(name))
);
comment on table user_profiles is
  'A person, known by the subject of their token. Made on first use; name and e-mail follow the token''s claims. Not a tenant''s: one person may belong to many organizations.';
comment on constraint user_profiles_email_length on user_profiles is 'email: 3 to 320 characters.';
comment on constraint user_profiles_name_length on user_profiles is 'name: 1 to 200 characters, not only blanks.';
-- An invitation is matched to the person by e-mail, whatever its case.
create index user_profiles_email_idx on user_profiles (lower(email));

create table subscription_tiers (
  tier text not null,
  max_members int,
  max_posts int,
  max_storage_bytes bigint,
  constraint subscription_tiers_pkey primary key (tier),
  constraint subscription_tiers_limits_positive check (max_members > 0 and max_posts > 0 and max_storage_bytes > 0)
);
comment on table subscription_tiers is 'What each tier allows; null is unlimited. The operator may change the figures.';
insert into subscription_tiers (tier, max_members, max_posts, max_storage_bytes) values
  ('free', 5, 1000, 1::bigint << 30),
  ('pro', 50, 100000, 100::bigint << 30),
  ('enterprise', null, null, null);

create table organizations (
  id uuid not null,
  name text not null,
  slug text not null,
  description text,
  website text,
  logo_url text,
  subscription_tier text not null default 'free',
  time_zone text not null default 'UTC',
  settings jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint organizations_pkey primary key (id),
  constraint organizations_slug_key unique (slug),
  constraint organizations_subscription_tier_fkey foreign key (subscription_tier) references subscription_tiers (tier),
  constraint organizations_name_length check (length(name) <= 200 and not app.is_blank(name)),
  constraint organizations_slug_format check (slug ~ '^[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?$'),
  constraint organizations_description_length check (length(description) <= 2000),
  constraint organizations_website_format check (app.is_address(website)),
  constraint organizations_logo_url_format check (app.is_address(logo_url)),
  constraint organizations_settings_is_object check (jsonb_typeof(settings) = 'object'),
  constraint organizations_settings_size check (app.json_length(settings) <= 65536)
);
comment on table organizations is 'The tenant. Every row of every other tenant table names one.';
comment on constraint organizations_slug_key on organizations is 'slug: already taken.';
comment on constraint organizations_name_length on organizations is 'name: 1 to 200 characters, not only blanks.';
comment on constraint organizations_slug_format on organizations is
  'slug: 1 to 100 lower-case letters, digits and hyphens, with no hyphen at either end.';
comment on constraint organizations_description_length on organizations is 'description: at most 2000 characters.';
comment on constraint organizations_website_format on organizations is
  'website: an http or https address of at most 2000 characters, without spaces and control characters.';
comment on constraint organizations_logo_url_format on organizations is
  'logoUrl: an http or https address of at most 2000 characters, without spaces and control characters.';
comment on constraint organizations_settings_is_object on organizations is 'settings: a JSON object.';
comment on constraint organizations_settings_size on organizations is 'settings: at most 65536 characters of JSON, not counting spaces between its parts.';
comment on column organizations.time_zone is 'IANA name, as pg_timezone_names spells it. It decides where a local day begins.';
create index organizations_subscription_tier_idx on organizations (subscription_tier);

create table organization_members (
  organization_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  role text not null default 'member',
  status text not null default 'active',
  invited_by uuid,
  joined_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint organization_members_pkey primary key (organization_id, id),
  constraint organization_members_user_key unique (organization_id, user_id),
  constraint organization_members_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint organization_members_user_id_fkey foreign key (user_id) references user_profiles (id) on delete cascade,
  constraint organization_members_invited_by_fkey foreign key (invited_by) references user_profiles (id) on delete set null,
  constraint organization_members_role_known check (role in ('viewer', 'member', 'editor', 'admin', 'owner')),
  constraint organization_members_status_known check (status in ('pending', 'active', 'inactive', 'suspended'))
);
comment on table organization_members is 'Who belongs to an organization, and as what. Only an active membership opens anything.';
comment on constraint organization_members_user_key on organization_members is 'token: you are a member of this organization already.';
-- Every statement under row security starts here: from the user to the organizations.
create index organization_members_user_id_idx on organization_members (user_id) include (organization_id, role, status);
-- A page of members, first joined first.
create index organization_members_organization_id_joined_at_idx on organization_members (organization_id, joined_at, id);
create index organization_members_invited_by_idx on organization_members (invited_by);

create table api_keys (
  organization_id uuid not null,
  id uuid not null,
  name text not null,
  prefix text not null,
  secret_sha256 bytea not null,
  scopes text[] not null,
  created_by uuid,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  constraint api_keys_pkey primary key (organization_id, id),
  -- The secret alone must lead to its key, before any organization is known: unique across all of them.
  constraint api_keys_secret_key unique (secret_sha256),
  constraint api_keys_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint api_keys_created_by_fkey foreign key (created_by) references user_profiles (id) on delete set null,
  constraint api_keys_name_length check (length(name) <= 100 and not app.is_blank(name)),
  constraint api_keys_secret_is_sha256 check (octet_length(secret_sha256) = 32),
  constraint api_keys_scopes_known check (scopes <@ array['read', 'ingest', 'write'] and cardinality(scopes) between 1 and 3),
  constraint api_keys_expires_later check (expires_at > created_at)
);
comment on table api_keys is 'Keys of programs. The secret is shown once, by createApiKey; only its SHA-256 is kept.';
comment on constraint api_keys_name_length on api_keys is 'name: 1 to 100 characters, not only blanks.';
comment on constraint api_keys_scopes_known on api_keys is 'scopes: one to three of READ, INGEST and WRITE.';
comment on constraint api_keys_expires_later on api_keys is 'expiresAt: a time in the future.';
create index api_keys_id_idx on api_keys (id);
create index api_keys_created_by_idx on api_keys (created_by);

create trigger user_profiles_touch before update on user_profiles for each row execute function app.set_updated_at();
create trigger organizations_touch before update on organizations for each row execute function app.set_updated_at();
create trigger organization_members_touch before update on organization_members for each row execute function app.set_updated_at();

-- ---- What the guard may see and do behind the wall, and nothing else

grant select on organizations, subscription_tiers, user_profiles, api_keys to pulsegraph_guard;
grant select, insert, update (role, status, invited_by) on organization_members to pulsegraph_guard;
grant update (revoked_at), delete on api_keys to pulsegraph_guard;
-- Locking a row asks for the privilege to update it.
grant update (updated_at) on organizations to pulsegraph_guard;

-- ---- Helpers of policies. PL/pgSQL and not SQL: its plans are kept for the session, and a function that is
-- `security definer` could not be inlined anyway. They take no user: identity comes from the transaction.

-- What an API key may do, on the same ladder: WRITE counts as editor, READ as viewer, INGEST alone opens nothing.
create function app.api_key_rank(scopes text[]) returns int
language sql immutable strict parallel safe as $$
  select case when 'write' = any (scopes) then 3 when 'read' = any (scopes) then 1 else 0 end
$$;
comment on function app.api_key_rank(text[]) is 'The rank of a role that the scopes of a key amount to: write 3, read 1, ingest alone 0.';

create function app.organizations_with_role(minimum_role text) returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  minimum constant int := app.role_rank(minimum_role);
  me constant uuid := app.current_user_id();
  my_key constant uuid := app.current_api_key_id();
begin
  if me is not null then
    return (
      select coalesce(array_agg(m.organization_id), '{}')
      from public.organization_members m
      where m.user_id = me and m.status = 'active' and app.role_rank(m.role) >= minimum
    );
  elsif my_key is not null then
    return (
      select coalesce(array_agg(k.organization_id), '{}')
      from public.api_keys k
      where k.id = my_key and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
        and app.api_key_rank(k.scopes) >= minimum
    );
  end if;
  return '{}';
end
$$;
comment on function app.organizations_with_role(text) is
  'The organizations in which the caller has at least this role. Policies call it once per statement: x = any ((select app.organizations_with_role(...))::uuid[]).';

-- A query asks for them in each statement, and all of its statements see one snapshot: it may look once, when it begins,
-- and keep the answer in a setting of the transaction. A mutation keeps none, since it may change what it would have kept.
create function app.readable_organizations() returns uuid[]
language sql stable parallel safe as $$
  select coalesce(
    nullif(current_setting('app.readable_organizations', true), '')::uuid[],
    app.organizations_with_role('viewer'))
$$;
comment on function app.readable_organizations() is 'The organizations whose rows the caller may read.';

alter function app.organizations_with_role(text) owner to pulsegraph_guard;
grant execute on function app.api_key_rank(text[]) to pulsegraph_api, pulsegraph_worker, pulsegraph_guard;
grant execute on function app.organizations_with_role(text), app.readable_organizations() to pulsegraph_api, pulsegraph_worker, pulsegraph_guard;

-- A request with an API key begins here. It answers no row for an unknown, revoked or expired key.
create function app.begin_with_api_key(sha256 bytea) returns table (id uuid, organization_id uuid)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  select k.id, k.organization_id into id, organization_id
  from public.api_keys k
  where k.secret_sha256 = sha256 and k.revoked_at is null and (k.expires_at is null or k.expires_at > now());
  if found then
    perform set_config('app.api_key_id', id::text, true), set_config('app.organization_id', organization_id::text, true);
    return next;
  end if;
end
$$;
comment on function app.begin_with_api_key(bytea) is 'Makes the transaction act for the key with this SHA-256, if it is valid now.';
alter function app.begin_with_api_key(bytea) owner to pulsegraph_guard;
grant execute on function app.begin_with_api_key(bytea) to pulsegraph_api;

-- ---- Triggers that keep the rules of membership

-- Who creates an organization owns it. The server itself (no user) creates it without an owner.
create function app.add_creator_as_owner() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if app.current_user_id() is not null then
    insert into public.organization_members (organization_id, id, user_id, role, status)
    values (new.id, gen_random_uuid(), app.current_user_id(), 'owner', 'active');
  end if;
  return null;
end
$$;
comment on function app.add_creator_as_owner() is 'Makes the user who inserts an organization its first owner.';
alter function app.add_creator_as_owner() owner to pulsegraph_guard;
create trigger organizations_creator_is_owner after insert on organizations
  for each row execute function app.add_creator_as_owner();

-- An organization without an owner could never be administered again. The row lock makes two owners who demote each
-- other at the same moment wait for one another; the second then sees that it is the last.
create function app.require_owner() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'UPDATE' and new.role = 'owner' and new.status = 'active' then
    return null;
  end if;
  perform from public.organizations where id = old.organization_id for no key update;
  if not found then
    return null; -- the organization itself is being deleted
  end if;
  perform from public.organization_members
  where organization_id = old.organization_id and role = 'owner' and status = 'active';
  if not found then
    raise exception 'member: the last owner of an organization cannot leave, be removed or take another role; make somebody else an owner first.'
      using errcode = 'PG409';
  end if;
  return null;
end
$$;
comment on function app.require_owner() is 'Refuses a change that would leave an organization without an active owner.';
alter function app.require_owner() owner to pulsegraph_guard;
create trigger organization_members_keep_an_owner after update or delete on organization_members
  for each row when (old.role = 'owner' and old.status = 'active') execute function app.require_owner();

-- The lock makes two that begin at the same moment wait for one another; the second then counts the first.
create function app.limit_ownerships() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('pulsegraph ownerships ' || new.user_id, 0));
  if (select count(*) from public.organization_members m
      where m.user_id = new.user_id and m.role = 'owner' and m.status = 'active') > app.row_limit('ownerships') then
    raise exception 'One person owns at most % organizations. Delete one, or have somebody else own it.', app.row_limit('ownerships')
      using errcode = 'PG413';
  end if;
  return null;
end
$$;
comment on function app.limit_ownerships() is 'Refuses one organization too many that somebody would own.';
alter function app.limit_ownerships() owner to pulsegraph_guard;
create trigger organization_members_ownerships_few after insert or update of role, status on organization_members
  for each row when (new.role = 'owner' and new.status = 'active') execute function app.limit_ownerships();

-- After the row, when row security has judged it, so that nobody else learns how many there are.
create function app.limit_api_keys() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from public.organizations where id = new.organization_id for no key update;
  if (select count(*) from public.api_keys k
      where k.organization_id = new.organization_id and k.revoked_at is null and (k.expires_at is null or k.expires_at > now()))
    > app.row_limit('api_keys') then
    raise exception 'organization: it has % keys that are neither revoked nor expired, and may have no more; revoke one that is not used.', app.row_limit('api_keys')
      using errcode = 'PG413';
  end if;
  -- The list of keys is not paged.
  delete from public.api_keys k
  where k.organization_id = new.organization_id and k.id in (
    select p.id from public.api_keys p
    where p.organization_id = new.organization_id and least(p.revoked_at, p.expires_at) <= now()
    order by least(p.revoked_at, p.expires_at) desc, p.id desc offset app.row_limit('past_api_keys'));
  return null;
end
$$;
comment on function app.limit_api_keys() is 'Refuses one key too many of an organization, and forgets those that ended long ago.';
alter function app.limit_api_keys() owner to pulsegraph_guard;
create trigger api_keys_few after insert or update of revoked_at on api_keys
  for each row when (new.revoked_at is null) execute function app.limit_api_keys();

-- ---- The functions of the sources, with their order of arguments

-- Runs with the caller's rights, so it tells nothing about organizations the caller cannot see. The source's version
-- answered anybody about anybody, and null for a misspelt role.
create function user_has_org_permission(check_user_id uuid, check_org_id uuid, required_role text default 'member') returns boolean
language sql stable parallel safe as $$
  select app.role_rank(required_role) <= coalesce(max(app.role_rank(m.role)), 0)
  from public.organization_members m
  where m.user_id = check_user_id and m.organization_id = check_org_id and m.status = 'active'
$$;
comment on function user_has_org_permission(uuid, uuid, text) is
  'True when the user is an active member of the organization with at least this role, as far as the caller may see.';
grant execute on function user_has_org_permission(uuid, uuid, text) to pulsegraph_api, pulsegraph_worker, pulsegraph_guard;

-- The tier is the owner's to change; all else an administrator may change. A policy cannot compare old and new rows.
create function app.require_owner_for_tier() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not public.user_has_org_permission(app.current_user_id(), new.id, 'owner') then
    raise exception 'subscriptionTier: only an owner changes the tier.' using errcode = 'PG403';
  end if;
  return new;
end
$$;
comment on function app.require_owner_for_tier() is 'Refuses a change of tier by anybody but an owner.';
grant execute on function app.require_owner_for_tier() to pulsegraph_api;
create trigger organizations_tier_is_the_owners before update on organizations
  for each row when (old.subscription_tier is distinct from new.subscription_tier and current_user = 'pulsegraph_api')
  execute function app.require_owner_for_tier();

-- Of what PostgreSQL takes for a zone only names of the IANA are taken here: abbreviations and POSIX rules ('EST5EDT',
-- 'UTC+3', 'EST/5') have offsets that mean the opposite of what people expect.
create view app.time_zones with (security_invoker = true) as
select name from pg_timezone_names where (name = 'UTC' or name ~ '/') and name !~ '^(posix|right)/';
comment on view app.time_zones is 'The time zones that may be named; aliases such as US/Pacific are among them.';
grant select on app.time_zones to pulsegraph_api, pulsegraph_worker;

-- A trigger: a check constraint may not ask what changes with the version of PostgreSQL.
create function app.time_zone_is_known() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  known text;
begin
  if new.time_zone = 'UTC' or tg_op = 'UPDATE' and new.time_zone = old.time_zone then
    return new;
  end if;
  select z.name into known from app.time_zones z where lower(z.name) = lower(new.time_zone);
  if not found then
    raise exception 'timeZone: `%` is not an IANA time zone such as Europe/Berlin or UTC.', new.time_zone using errcode = 'PG400';
  end if;
  new.time_zone := known;
  return new;
end
$$;
comment on function app.time_zone_is_known() is 'Refuses a time zone that is not an IANA name, and spells it as the IANA does.';
grant execute on function app.time_zone_is_known() to pulsegraph_api, pulsegraph_worker;
create trigger organizations_time_zone_is_known before insert or update of time_zone on organizations
  for each row execute function app.time_zone_is_known();

-- ---- Row security
--
-- A table whose rows each carry the organization they belong to is protected by one call, which says who does what. Rules
-- that a table has beside these are policies of their own after the call.

create procedure app.protect(
  relation regclass,
  reads text default null,
  inserts text default null,
  updates text default null,
  deletes text default null,
  worker text default null,
  guard text default null
)
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  name constant text := (select relname from pg_class where oid = relation);
  rule record;
begin
  execute format('alter table %s enable row level security, force row level security', relation);
  for rule in
    select * from (values
      ('select', reads, 'using'), ('insert', inserts, 'with check'), ('update', updates, 'using'), ('delete', deletes, 'using')
    ) api (command, least_role, clause)
    where least_role is not null
  loop
    execute format(
      'create policy %I on %s for %s to pulsegraph_api %s (organization_id = any ((select %s)::uuid[]))',
      name || '_' || rule.command, relation, rule.command, rule.clause,
      -- A query knows what it may read from its beginning on.
      case when rule.command = 'select' and rule.least_role = 'viewer' then 'app.readable_organizations()'
        else format('app.organizations_with_role(%L)', rule.least_role) end);
  end loop;
  for rule in
    select * from (values ('worker', worker), ('guard', guard)) other (account, commands) where commands is not null
  loop
    if rule.commands not in ('all', 'select') then
      raise exception 'app.protect: % is `%`, which is neither all nor select', rule.account, rule.commands;
    end if;
    execute format(
      'create policy %I on %s for %s to %I using (true)%s',
      name || '_' || rule.account, relation, rule.commands, 'pulsegraph_' || rule.account,
      case rule.commands when 'all' then ' with check (true)' else '' end);
  end loop;
end
$$;
comment on procedure app.protect(regclass, text, text, text, text, text, text) is
  'Puts a table with an organization_id under forced row security: the least role that reads, inserts, updates and deletes (none may where none is named), and whether the worker and the guard see all rows (select) or write them too (all).';

alter table user_profiles enable row level security, force row level security;
call app.protect('organizations', worker => 'all', guard => 'all');
call app.protect('organization_members', reads => 'viewer', worker => 'all', guard => 'all');
call app.protect('api_keys', inserts => 'admin', updates => 'admin', worker => 'all', guard => 'all');

create policy organizations_select on organizations for select to pulsegraph_api
  using (id = any ((select app.readable_organizations())::uuid[]));
create policy organizations_insert on organizations for insert to pulsegraph_api
  with check ((select app.current_user_id()) is not null);
create policy organizations_update on organizations for update to pulsegraph_api
  using (id = any ((select app.organizations_with_role('admin'))::uuid[]));
create policy organizations_delete on organizations for delete to pulsegraph_api
  using (id = any ((select app.organizations_with_role('owner'))::uuid[]));

-- An administrator manages everybody below owner; owners manage owners too.
create policy organization_members_update on organization_members for update to pulsegraph_api
  using (organization_id = any ((select app.organizations_with_role('admin'))::uuid[])
    and (role <> 'owner' or organization_id = any ((select app.organizations_with_role('owner'))::uuid[])));
create policy organization_members_delete on organization_members for delete to pulsegraph_api
  using (user_id = (select app.current_user_id())
    or organization_id = any ((select app.organizations_with_role('admin'))::uuid[])
    and (role <> 'owner' or organization_id = any ((select app.organizations_with_role('owner'))::uuid[])));

create policy api_keys_select on api_keys for select to pulsegraph_api
  using (id = (select app.current_api_key_id())
    or organization_id = any ((select app.organizations_with_role('admin'))::uuid[]));

-- Oneself, and whoever shares an organization with the caller: the inner query is under row security itself.
create policy user_profiles_select on user_profiles for select to pulsegraph_api
  using (id = (select app.current_user_id())
    or exists (select from organization_members m where m.user_id = user_profiles.id));
create policy user_profiles_worker on user_profiles to pulsegraph_worker using (true) with check (true);
create policy user_profiles_guard on user_profiles for select to pulsegraph_guard using (true);

grant select on subscription_tiers to pulsegraph_api, pulsegraph_worker;
grant select on user_profiles to pulsegraph_api;
grant select, insert, delete on organizations to pulsegraph_api;
grant update (name, slug, description, website, logo_url, subscription_tier, time_zone, settings) on organizations to pulsegraph_api;
grant select, delete on organization_members to pulsegraph_api;
grant update (role, status) on organization_members to pulsegraph_api;
-- The hash of the secret is written and never read again, except by the guard.
grant select (organization_id, id, name, prefix, scopes, created_by, created_at, expires_at, revoked_at, last_used_at) on api_keys to pulsegraph_api;
grant insert (organization_id, id, name, prefix, secret_sha256, scopes, created_by, expires_at) on api_keys to pulsegraph_api;
grant update (revoked_at) on api_keys to pulsegraph_api;
grant select, insert, update on user_profiles, organizations, organization_members to pulsegraph_worker;
grant delete on organizations to pulsegraph_worker;
grant select on api_keys to pulsegraph_worker;
grant update (last_used_at) on api_keys to pulsegraph_worker;
