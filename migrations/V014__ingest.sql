-- Events over HTTP: whose they are, and what becomes of those that are rejected.

-- A batch of many requests asks for all of their keys at once, in the transaction that writes: a key that was revoked before
-- is not accepted any more.
create function app.ingest_keys(sha256 text[]) returns table (sha256 text, id uuid, organization_id uuid, may_ingest boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select encode(k.secret_sha256, 'hex'), k.id, k.organization_id, k.scopes && array['ingest', 'write']
  from public.api_keys k
  where k.secret_sha256 = any (select decode(s, 'hex') from unnest(ingest_keys.sha256) s)
    and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
$$;
comment on function app.ingest_keys(text[]) is
  'Those of the keys (by the SHA-256 of their secrets, in hexadecimal) that are valid now, their organizations, and whether their scopes let them send events.';

-- A batch is of many organizations. One that somebody else writes for long, such as a recount, is left out, and the others
-- need not wait for it: a moment for the first such, and none for more.
create function app.lock_traffic_soon(organizations uuid[]) returns setof uuid
language plpgsql volatile set search_path = pg_catalog, pg_temp set lock_timeout = '250ms' as $$
declare
  organization uuid;
begin
  for organization in select distinct o from unnest(organizations) o order by 1 loop
    begin
      perform app.lock_traffic(organization);
    exception when lock_not_available then
      perform set_config('lock_timeout', '1ms', true);
      return next organization;
    end;
  end loop;
end
$$;
comment on function app.lock_traffic_soon(uuid[]) is
  'Like app.lock_traffic for each of the organizations, in their order; answers those that it did not get within a moment.';

-- jsonb is longer than what was sent, where it writes numbers out; a body that is too long so is left out.
create function app.keep_ingest_rejects(rejects jsonb) returns int
language sql volatile set search_path = pg_catalog, pg_temp as $$
  with kept as (
    insert into public.ingest_rejects (organization_id, received_at, message_id, code, reason, body)
    select r.organization_id, r.received_at, r.message_id, r.code, r.reason, case when length(r.body::text) <= 32768 then r.body end
    from jsonb_to_recordset(rejects)
      r(organization_id uuid, received_at timestamptz, message_id text, code text, reason text, body jsonb)
    where exists (select from public.organizations o where o.id = r.organization_id)
    returning 1)
  select count(*)::int from kept
$$;
comment on function app.keep_ingest_rejects(jsonb) is 'Keeps rejected events, given as a list of objects; answers how many.';

create index ingest_rejects_received_at_idx on ingest_rejects (received_at);

create function prune_ingest_rejects(keep interval default '7 days') returns bigint
language sql volatile as $$
  with pruned as (delete from public.ingest_rejects where received_at < now() - keep returning 1)
  select count(*) from pruned
$$;
comment on function prune_ingest_rejects(interval) is 'Deletes rejected events that were received longer ago; answers how many.';

alter function app.ingest_keys(text[]) owner to pulsegraph_guard;
grant execute on function app.ingest_keys(text[]), app.lock_traffic_soon(uuid[]), app.keep_ingest_rejects(jsonb), prune_ingest_rejects(interval) to pulsegraph_worker;
