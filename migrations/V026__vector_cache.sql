-- package: similarity
-- What a node needs to keep vectors in memory, where the database has no extension that indexes them.
--
-- A node that has read all vectors of an organization in one snapshot may answer from memory as long as nothing has changed
-- since that the snapshot of a query shows. Every statement that changes vectors leaves a row with its transaction here, and
-- a query asks for rows that its own snapshot shows and the node's does not:
--
--   node reads all  --+---------------- snapshot of the node: 100, running: 98
--   98 commits        |  its row is not shown by 100:98      -> changed: read these vectors again
--   99 committed      |  shown by 100:98                     -> known
--   query             +---------------- snapshot of the query: 103
--
-- A query whose snapshot is older than the node's is answered by the database.

create table embedding_changes (
  organization_id uuid not null,
  space_id int not null,
  transaction_id xid8 not null default pg_current_xact_id(),
  id uuid not null default gen_random_uuid(),
  embedding_ids uuid[] not null,
  seen_at timestamptz,
  constraint embedding_changes_pkey primary key (organization_id, space_id, transaction_id, id),
  constraint embedding_changes_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade
);
comment on table embedding_changes is 'Which vectors a statement changed, and in which transaction. Kept for some hours.';
comment on column embedding_changes.seen_at is 'When prune_embedding_changes first saw that it was committed, however long that took.';

create function app.record_embedding_changes() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Those of an organization that is deleted are of no interest to anybody.
  insert into public.embedding_changes (organization_id, space_id, embedding_ids)
  select c.organization_id, c.space_id, array_agg(c.id)
  from changed c
  where (c.vector_data is not null or tg_op = 'UPDATE')
    and exists (select from public.organizations o where o.id = c.organization_id)
  group by c.organization_id, c.space_id;
  return null;
end
$$;
comment on function app.record_embedding_changes() is 'Records the vectors that a statement inserted, updated or deleted.';
alter function app.record_embedding_changes() owner to pulsegraph_guard;
create trigger embeddings_inserted after insert on embeddings
  referencing new table as changed for each statement execute function app.record_embedding_changes();
create trigger embeddings_updated after update on embeddings
  referencing new table as changed for each statement execute function app.record_embedding_changes();
create trigger embeddings_deleted after delete on embeddings
  referencing old table as changed for each statement execute function app.record_embedding_changes();

create function app.vector_cache_state(organization uuid, space int, cached pg_snapshot) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case
    when cached is null then null
    when pg_snapshot_xmax(cached) > pg_snapshot_xmax(pg_current_snapshot())
      or exists (select from pg_snapshot_xip(pg_current_snapshot()) x where pg_visible_in_snapshot(x, cached)) then 'newer'
    when exists (
      select from public.embedding_changes c
      where c.organization_id = organization and c.space_id = space
        and c.transaction_id >= pg_snapshot_xmin(cached) and not pg_visible_in_snapshot(c.transaction_id, cached)) then 'changed'
    else 'current'
  end
$$;
comment on function app.vector_cache_state(uuid, int, pg_snapshot) is
  'How vectors that were read in a snapshot compare with those of this transaction: current, changed since, or newer than this transaction may see; null where none were read.';

create function app.changed_vectors(organization uuid, space int, cached pg_snapshot, most int)
returns table (id uuid, entity_type text, entity_id uuid, vector bytea)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select c.id, e.entity_type, e.entity_id, array_send(e.vector_data)
  from (
    select distinct unnest(c.embedding_ids) as id
    from public.embedding_changes c
    where c.organization_id = organization and c.space_id = space
      and c.transaction_id >= pg_snapshot_xmin(cached) and not pg_visible_in_snapshot(c.transaction_id, cached)
    limit most) c
  left join lateral (
    select e.entity_type, e.entity_id, e.vector_data from public.embeddings e
    where e.organization_id = organization and e.id = c.id and e.space_id = space and e.vector_data is not null
    limit 1) e on true
$$;
comment on function app.changed_vectors(uuid, int, pg_snapshot, int) is
  'The vectors that changed since a snapshot, in the binary format of real[]; without one where it was deleted. At most so many.';

create function app.matching_embeddings(organization uuid, space int, options app.search_options) returns bytea
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  ids bytea;
begin
  execute 'select string_agg(uuid_send(e.id), '''') from public.embeddings e where ' || app.candidate_conditions(space, options)
  into ids using organization, null::real[], options;
  return coalesce(ids, '');
end
$$;
comment on function app.matching_embeddings(uuid, int, app.search_options) is
  'The ids of the embeddings of an organization that a search may answer, 16 bytes each.';

-- From when it was seen, not from when it was written: a transaction may commit hours later. What a backup brought from
-- another server names transactions that are yet to come here.
create function prune_embedding_changes(keep interval default '4 hours') returns bigint
language sql volatile as $$
  update public.embedding_changes set seen_at = now() where seen_at is null;
  with pruned as (
    delete from public.embedding_changes
    where seen_at < now() - keep or transaction_id >= pg_snapshot_xmax(pg_current_snapshot())
    returning 1
  )
  select count(*) from pruned
$$;
comment on function prune_embedding_changes(interval) is
  'Deletes records of changed vectors that are older; answers how many. No node keeps vectors that it has not compared with them for so long.';

call app.protect('embedding_changes', reads => 'viewer', worker => 'all', guard => 'all');
grant select on embedding_changes to pulsegraph_api, pulsegraph_worker;
grant update (seen_at), delete on embedding_changes to pulsegraph_worker;
grant insert (organization_id, space_id, embedding_ids) on embedding_changes to pulsegraph_guard;
grant execute on function app.vector_cache_state(uuid, int, pg_snapshot), app.changed_vectors(uuid, int, pg_snapshot, int),
  app.matching_embeddings(uuid, int, app.search_options) to pulsegraph_api, pulsegraph_worker;
grant execute on function prune_embedding_changes(interval) to pulsegraph_worker;
