-- package: database
-- Who may touch the database, and how a transaction says on whose behalf it runs.
--
-- Five roles stand between a connection and the tables:
--   the owner            owns every object and runs these migrations. The server never logs in as it.
--   pulsegraph_api       what requests act as. Row security decides what it sees.
--   pulsegraph_worker    what the server's own work acts as (profiles on first use, jobs). Its policies cross organizations.
--   pulsegraph_guard     owns the few functions that must look behind the wall in order to build it (memberships, keys).
--   pulsegraph_backup    reads everything and writes nothing; only the owner may become it (afterMigrate.sql).
-- The server logs in as a sixth role that may do nothing but become api or worker, so code that forgets to become
-- somebody gets "permission denied" instead of data.
--
-- Roles belong to the cluster, not to the database: create only what is missing, so that several databases can share one.
do $$
begin
  if not exists (select from pg_roles where rolname = 'pulsegraph_api') then
    create role pulsegraph_api nologin noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'pulsegraph_worker') then
    create role pulsegraph_worker nologin noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'pulsegraph_guard') then
    create role pulsegraph_guard nologin noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'pulsegraph_backup') then
    create role pulsegraph_backup nologin noinherit;
  end if;
  -- The owner hands functions over to the guard, and backs up, for which it must be a member. A superuser needs no membership.
  if not (select rolsuper from pg_roles where rolname = current_user) then
    if not pg_has_role(current_user, 'pulsegraph_guard', 'usage') then
      execute format('grant pulsegraph_guard to %I', current_user);
    end if;
    if not pg_has_role(current_user, 'pulsegraph_backup', 'usage') then
      execute format('grant pulsegraph_backup to %I', current_user);
    end if;
  end if;
end
$$;

create schema app;
comment on schema app is 'Machinery of the tenant wall: identity, helpers of policies, triggers. No data.';

-- PUBLIC may do nothing: every privilege below is granted by name.
revoke all on schema public from public;
alter default privileges revoke execute on functions from public;
grant usage on schema public, app to pulsegraph_api, pulsegraph_worker, pulsegraph_guard;
grant usage on schema public to pulsegraph_backup;
-- A function's owner needs CREATE where the function lives.
grant create on schema app to pulsegraph_guard;

-- Identity lives in settings of the transaction. After a transaction that set one, a setting reads '' and not null.
create function app.current_user_id() returns uuid
language sql stable parallel safe as $$
  select nullif(current_setting('app.user_id', true), '')::uuid
$$;
comment on function app.current_user_id() is 'The user this transaction acts for; null for an API key and for the server itself.';

create function app.current_api_key_id() returns uuid
language sql stable parallel safe as $$
  select nullif(current_setting('app.api_key_id', true), '')::uuid
$$;
comment on function app.current_api_key_id() is 'The API key this transaction acts for; null for a user and for the server itself.';

-- The ladder of roles has one home. Sources answered null for a misspelt role; a null in a policy hides rows silently,
-- so an unknown role is an error here. Two functions, so that the planner can put the ladder itself into each statement.
create function app.raise_unknown_role(role text) returns int
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'role: "%" is not a role; allowed are viewer, member, editor, admin, owner.', role using errcode = 'PG400';
end
$$;
comment on function app.raise_unknown_role(text) is 'Always an error: there is no such role.';

create function app.role_rank(role text) returns int
language sql immutable parallel safe as $$
  select case role
    when 'viewer' then 1
    when 'member' then 2
    when 'editor' then 3
    when 'admin' then 4
    when 'owner' then 5
    else app.raise_unknown_role(role)
  end
$$;
comment on function app.role_rank(text) is 'viewer 1, member 2, editor 3, admin 4, owner 5; anything else is an error.';

-- What an organization or a person may have of what costs next to nothing to make: without a bound somebody makes it without
-- end. The tables of subscription_tiers say what a tier allows beside.
create function app.row_limits() returns table (kind text, most int, meaning text)
language sql immutable parallel safe as $$
  values
    ('ownerships', 20, 'organizations per owner'),
    ('api_keys', 100, 'active API keys per organization'),
    ('past_api_keys', 100, 'revoked and expired API keys kept per organization; the oldest are deleted'),
    ('invitations', 200, 'open invitations per organization'),
    ('metrics', 500, 'metric definitions per organization'),
    ('models', 20, 'embedding models per organization'),
    ('event_names', 2000, 'names of events per organization that are counted apart; others are found as long as raw events are kept'),
    ('funnels', 200, 'funnels per organization'),
    ('goals', 100, 'goals per organization'),
    ('annotations', 10000, 'annotations per organization'),
    ('chat_domains', 1000, 'chat domains per organization'),
    ('model_prices', 1000, 'prices of models per organization, beside listed ones')
$$;
comment on function app.row_limits() is 'How many rows of a kind there may be. docs/security.md shows them.';

create function app.row_limit(kind text) returns int
language sql immutable parallel safe as $$
  select l.most from app.row_limits() l where l.kind = row_limit.kind
$$;
comment on function app.row_limit(text) is 'How many rows of this kind there may be.';

create function app.enforce_row_limit() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  kind constant text := tg_argv[0];
  rows bigint;
begin
  execute format('select count(*) from %s t where t.organization_id = $1', tg_relid::regclass) into rows using new.organization_id;
  if rows >= app.row_limit(kind) then
    raise exception '%: an organization has at most % %.', coalesce(tg_argv[1], 'name'), app.row_limit(kind), kind using errcode = 'PG413';
  end if;
  return new;
end
$$;
comment on function app.enforce_row_limit() is
  'Refuses one row too many of an organization in a list that is not paged. The arguments of the trigger are the kind, as app.row_limits calls it, and which argument of a caller is at fault, if not the name.';
alter function app.enforce_row_limit() owner to pulsegraph_guard;

create function app.set_updated_at() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  new.updated_at := now();
  return new;
end
$$;
comment on function app.set_updated_at() is 'Keeps updated_at true whoever writes.';

-- ---- What constraints say of texts and numbers. Not \s of a regular expression, which follows the locale of the database:
-- these are the blanks of Unicode (White_Space).

create function app.is_blank(text text) returns boolean
language sql immutable strict parallel safe as $$
  select btrim(text, U&'\0009\000A\000B\000C\000D\0020\0085\00A0\1680\2000\2001\2002\2003\2004\2005\2006\2007\2008\2009\200A\2028\2029\202F\205F\3000') = ''
$$;
comment on function app.is_blank(text) is 'Whether a text is empty or nothing but blanks, as Unicode has them.';

-- Beside blanks and control characters it refuses those without width, which hide what an address says.
create function app.is_address(address text, schemes text default 'https?') returns boolean
language sql immutable strict parallel safe as $$
  select length(address) <= 2000
    and address ~ ('(?i)^(' || schemes || ')://[^/?#\u0001-\u0020\u007f-\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]'
      || '[^\u0001-\u0020\u007f-\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]*$')
$$;
comment on function app.is_address(text, text) is
  'Whether a text is an absolute address of at most 2000 characters, without spaces and control characters, of one of these schemes.';

-- jsonb is shown with a space after each comma and colon, which nobody sent.
create function app.json_length(value jsonb) returns bigint
language sql immutable strict parallel safe as $$
  select length(value::text) - coalesce(sum(case jsonb_typeof(v.item)
    when 'object' then greatest(2 * (select count(*) from jsonb_object_keys(v.item)) - 1, 0)
    when 'array' then greatest(jsonb_array_length(v.item) - 1, 0) end), 0)::bigint
  from jsonb_path_query(value, 'strict $.**') v(item)
$$;
comment on function app.json_length(jsonb) is 'The characters of a JSON value written without spaces between its parts.';

create function app.saturated(value numeric) returns bigint
language sql immutable strict parallel safe as $$
  select least(greatest(round(value), -9223372036854775808), 9223372036854775807)::bigint
$$;
comment on function app.saturated(numeric) is
  'A sum as a whole number of 64 bits; what is beyond stops at the bound, so that one row never spoils the answer of a statement.';

grant execute on function app.current_user_id(), app.current_api_key_id(), app.raise_unknown_role(text), app.role_rank(text),
  app.row_limits(), app.row_limit(text),
  app.is_blank(text), app.is_address(text, text), app.json_length(jsonb), app.saturated(numeric)
  to pulsegraph_api, pulsegraph_worker, pulsegraph_guard;

-- ---- Order among writers

-- Rollups are rebuilt from what was committed, so whoever writes them, or what they are made of, waits for the writer before.
create function app.lock(organization uuid, topic text, shared boolean default false) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  key constant bigint := hashtextextended('pulsegraph ' || topic || ' ' || organization, 0);
begin
  if shared then
    perform pg_advisory_xact_lock_shared(key);
  else
    perform pg_advisory_xact_lock(key);
  end if;
end
$$;
comment on function app.lock(uuid, text, boolean) is
  'Makes writers of one topic of an organization (metrics, traffic, embeddings) wait for one another until the end of their transactions; those that share the lock wait only for those that do not. Whoever needs it of several organizations takes them in the order of their ids.';

create function app.lock_before_delete() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform app.lock((to_jsonb(old) ->> tg_argv[1])::uuid, tg_argv[0]);
  return old;
end
$$;
comment on function app.lock_before_delete() is
  'Trigger before a row is deleted, with a topic and the column of the organization: takes the lock before what belongs to the row is deleted too, so that this waits for writers and they never for it.';
grant execute on function app.lock(uuid, text, boolean) to pulsegraph_api, pulsegraph_worker, pulsegraph_guard;

-- ---- Temporary tables

-- A batch comes by COPY, which row security allows only into a temporary table. It is the guard who makes it: whoever owns a
-- temporary table can put triggers, defaults and types of their own under what functions of the guard read. PostgreSQL lets
-- everybody make them, until the database's owner says otherwise.
do $$
begin
  if has_database_privilege('pulsegraph_api', current_database(), 'temporary') then
    execute format('revoke temporary on database %I from public, pulsegraph_api, pulsegraph_worker', current_database());
  end if;
  if not has_database_privilege('pulsegraph_guard', current_database(), 'temporary') then
    execute format('grant temporary on database %I to pulsegraph_guard', current_database());
  end if;
end
$$;

-- In a database whose owner is somebody else, the rest may still make them.
create function app.require_own_temporary_tables(names text[]) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if exists (
    select from pg_catalog.pg_class c
    where c.relnamespace = pg_my_temp_schema() and c.relname = any (names) and c.relowner <> 'pulsegraph_guard'::regrole) then
    raise exception 'a temporary table does not belong to pulsegraph_guard' using errcode = '42501';
  end if;
end
$$;
comment on function app.require_own_temporary_tables(text[]) is
  'An error when one of these temporary tables belongs to anybody but the guard, who makes those of a batch.';
grant execute on function app.require_own_temporary_tables(text[]) to pulsegraph_api, pulsegraph_worker, pulsegraph_guard;
