-- package: embedding
-- Embeddings: vectors of texts and of anything else, side by side whatever their model.
--
-- A vector is `real[]` of unit length, so that the cosine of two of them is their dot product and every one of them fits
-- the half precision of an index. Nothing here needs the extension `vector`: where it is (0.8 or later), the same function
-- uses its operators, and the index of a model once there is one; where it is not, or no longer is after a restore, it
-- multiplies by itself. That is asked at run time, so nothing has to be installed again when the extension comes or goes.
--
-- Vectors of two models are never compared. A space is what can be compared: a name of a model and a number of dimensions,
-- over all tenants, so that they share an index. Whose name of a model that is stays in `embedding_models`.

create table embedding_spaces (
  id int not null generated always as identity,
  model text not null,
  dimensions int not null,
  constraint embedding_spaces_pkey primary key (id),
  constraint embedding_spaces_model_key unique (model, dimensions)
);
comment on table embedding_spaces is
  'What can be compared: vectors of one model with one number of dimensions. The index of a space, if there is one, is embeddings_space_<id>_idx.';

create table embedding_models (
  organization_id uuid not null,
  name text not null,
  dimensions int not null,
  space_id int not null,
  created_at timestamptz not null default now(),
  constraint embedding_models_pkey primary key (organization_id, name),
  constraint embedding_models_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint embedding_models_space_id_fkey foreign key (space_id) references embedding_spaces (id),
  constraint embedding_models_name_format check (name ~ '^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}$'),
  constraint embedding_models_dimensions_in_range check (dimensions between 1 and 16000)
);
comment on table embedding_models is 'The models whose vectors an organization has. The first vector of a model says how many dimensions it has.';
comment on constraint embedding_models_name_format on embedding_models is
  'model: 1 to 200 letters, digits and . _ : / @ + -, beginning with a letter or digit.';
comment on constraint embedding_models_dimensions_in_range on embedding_models is 'vector: 1 to 16000 numbers.';
create index embedding_models_space_id_idx on embedding_models (space_id);

create table embedding_settings (
  organization_id uuid not null,
  model text not null default 'pulsegraph-hash-1',
  next_model text,
  language text not null default 'simple',
  updated_at timestamptz not null default now(),
  constraint embedding_settings_pkey primary key (organization_id),
  constraint embedding_settings_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint embedding_settings_next_model_differs check (next_model <> model),
  constraint embedding_settings_language_known check (language in (
    'simple', 'arabic', 'armenian', 'basque', 'catalan', 'danish', 'dutch', 'english', 'finnish', 'french', 'german', 'greek',
    'hindi', 'hungarian', 'indonesian', 'irish', 'italian', 'lithuanian', 'nepali', 'norwegian', 'portuguese', 'romanian',
    'russian', 'serbian', 'spanish', 'swedish', 'tamil', 'turkish', 'yiddish'))
);
comment on table embedding_settings is
  'Which model answers for an organization, which one takes over once every text has a vector of it, and the language of its words.';
comment on constraint embedding_settings_language_known on embedding_settings is
  'language: a text search configuration of PostgreSQL, such as simple, english, german, french or spanish.';
create trigger embedding_settings_touch before update on embedding_settings for each row execute function app.set_updated_at();

create function app.create_embedding_settings() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.embedding_settings (organization_id) values (new.id);
  return null;
end
$$;
comment on function app.create_embedding_settings() is 'Has a new organization begin with the built-in model.';
alter function app.create_embedding_settings() owner to pulsegraph_guard;

create function app.dot(a real[], b real[]) returns double precision
language sql immutable parallel safe as $$
  select sum(x.p::double precision * x.q) from unnest(a, b) x(p, q)
$$;
comment on function app.dot(real[], real[]) is 'The dot product of two vectors; of two of unit length, the cosine between them.';

create table embeddings (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  entity_type text not null,
  entity_id uuid not null,
  source_field text not null,
  chunk_index int not null default 0,
  space_id int not null,
  vector_data real[],
  content text,
  content_hash bytea,
  search tsvector,
  metadata jsonb not null default '{}',
  generated boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- What is a row here takes its embeddings along.
  post_id uuid generated always as (case when entity_type = 'post' then entity_id end) stored,
  ai_context_log_id uuid generated always as (case when entity_type = 'ai_context' then entity_id end) stored,
  constraint embeddings_pkey primary key (organization_id, id),
  constraint embeddings_entity_key unique (organization_id, entity_type, entity_id, space_id, source_field, chunk_index),
  constraint embeddings_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint embeddings_space_id_fkey foreign key (space_id) references embedding_spaces (id),
  constraint embeddings_post_fkey foreign key (organization_id, post_id) references posts_core (organization_id, id) on delete cascade,
  constraint embeddings_ai_context_log_fkey foreign key (organization_id, ai_context_log_id) references ai_context_logs (organization_id, id) on delete cascade,
  constraint embeddings_entity_type_known check (app.is_entity_type(entity_type)),
  constraint embeddings_source_field_format check (source_field ~ '^[A-Za-z0-9_.-]{1,100}$'),
  constraint embeddings_chunk_index_in_range check (chunk_index between 0 and 9999),
  constraint embeddings_content_length check (length(content) between 1 and 10000),
  constraint embeddings_something_given check (vector_data is not null or content is not null),
  constraint embeddings_vector_data_unit check (abs(app.dot(vector_data, vector_data) - 1) < 0.001),
  constraint embeddings_metadata_is_object check (jsonb_typeof(metadata) = 'object'),
  constraint embeddings_metadata_size check (length(metadata::text) <= 8192)
);
comment on table embeddings is
  'A vector of one chunk of one field of an entity, by one model, with the text it was made of where that was given.';
comment on column embeddings.vector_data is 'Of unit length. Null while a text waits to be embedded.';
comment on column embeddings.generated is 'Whether the server makes this vector of the text; then it goes when the text changes.';
comment on column embeddings.search is 'The words of content in the language of the organization.';
comment on constraint embeddings_source_field_format on embeddings is
  'sourceField: 1 to 100 letters, digits, dots, hyphens and underscores.';
comment on constraint embeddings_chunk_index_in_range on embeddings is 'chunkIndex: 0 to 9999.';
comment on constraint embeddings_content_length on embeddings is 'text: 1 to 10000 characters; cut longer ones into chunks.';
comment on constraint embeddings_vector_data_unit on embeddings is 'vector: finite numbers, not all of them zero.';
comment on constraint embeddings_metadata_is_object on embeddings is 'metadata: a JSON object.';
comment on constraint embeddings_metadata_size on embeddings is 'metadata: at most 8192 characters of JSON.';
-- A search reads vectors and nothing else of its candidates. They stay in the row as long as a page can hold it, and texts
-- are moved out of it before.
alter table embeddings alter column vector_data set storage main;
create index embeddings_space_idx on embeddings (organization_id, space_id, entity_type) where vector_data is not null;
create index embeddings_pending_idx on embeddings (organization_id, space_id, id) where vector_data is null;
create index embeddings_search_idx on embeddings using gin (search);
create index embeddings_space_id_idx on embeddings (space_id, organization_id);
-- What most rows are null in comes first: otherwise these small indexes are taken for a way to the rows of an organization.
create index embeddings_post_idx on embeddings (post_id, organization_id);
create index embeddings_ai_context_log_idx on embeddings (ai_context_log_id, organization_id);
-- As of posts: of a condition and a policy that say the same the planner expects hardly any row, and then any index will do.
alter table embeddings alter column organization_id set (n_distinct = 20);
create trigger embeddings_touch before update on embeddings for each row execute function app.set_updated_at();

-- ---- Writing

create function app.set_embedding_space() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- The models that the server makes vectors of texts with always have a place.
  if (select count(*) from public.embedding_models m where m.organization_id = new.organization_id) >= app.row_limit('models')
    and not exists (select from public.embedding_settings c where c.organization_id = new.organization_id and new.name in (c.model, c.next_model)) then
    raise exception 'model: an organization has at most % models.', app.row_limit('models') using errcode = 'PG413';
  end if;
  insert into public.embedding_spaces (model, dimensions) values (new.name, new.dimensions) on conflict do nothing;
  new.space_id := (select s.id from public.embedding_spaces s where s.model = new.name and s.dimensions = new.dimensions);
  return new;
end
$$;
comment on function app.set_embedding_space() is
  'Gives a new model of an organization its space, which others may share, and refuses one too many.';
alter function app.set_embedding_space() owner to pulsegraph_guard;
create trigger embedding_models_set_space before insert on embedding_models
  for each row execute function app.set_embedding_space();

-- Vectors of different keys do not meet, so their writers share the lock of embeddings; each batch goes through its keys in their order.
-- Whoever writes a text takes along the vectors that other models made of the one before it, and so has the lock alone; as
-- has whoever begins a model, deletes, or changes the model that answers, which must not miss a text that is being written.
create function app.create_embedding_staging() returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.require_own_temporary_tables('{embedding_batch}');
  create temporary table if not exists embedding_batch (
    position int not null,
    id uuid not null,
    entity_type text not null,
    entity_id uuid not null,
    source_field text not null,
    chunk_index int not null,
    model text not null,
    dimensions int not null,
    vector_data real[],
    content text,
    metadata jsonb not null,
    generated boolean not null,
    -- Whether nobody named the model, and it is the one that answered when the row was made.
    by_default boolean not null
  ) on commit drop;
  truncate pg_temp.embedding_batch;
  grant select, insert, delete on pg_temp.embedding_batch to pulsegraph_api, pulsegraph_worker;
end
$$;
comment on function app.create_embedding_staging() is
  'Makes the temporary table embedding_batch, which embeddings are copied into; it goes with the transaction.';
alter function app.create_embedding_staging() owner to pulsegraph_guard;

-- The steps of app.write_embedding_batch that take rows out of the batch, and answer which and why. What is not taken says
-- nothing about anything else: a model is not begun by it, and it replaces no other of its key.
create function app.reject_unknown_embeddings(organization uuid, out rejected jsonb)
language plpgsql volatile set search_path = pg_catalog, pg_temp set jit = off as $$
begin
  perform app.require_own_temporary_tables('{embedding_batch}');
  with unknown as (
    select u.entity_type, u.entity_id, u.reason
    from (
      select array_agg(b.entity_type) as entity_types, array_agg(b.entity_id) as entities
      from (select distinct b.entity_type, b.entity_id from pg_temp.embedding_batch b) b) b
    cross join lateral app.unknown_entities(organization, b.entity_types, b.entities) u
  ),
  bad as (
    select b.position,
      case
        when u.reason is not null then array['UNKNOWN_ENTITY', u.reason]
        when length(b.metadata::text) > 8192 then array['BAD_METADATA',
          format('metadata: %s characters, written with a space after each comma and colon, are more than 8192.', length(b.metadata::text))]
      end as reason
    from pg_temp.embedding_batch b
    left join unknown u on u.entity_type = b.entity_type and u.entity_id = b.entity_id
  ),
  refused as (
    delete from pg_temp.embedding_batch b using bad
    where bad.position = b.position and bad.reason is not null
    returning b.position, bad.reason
  )
  select coalesce(jsonb_agg(jsonb_build_object('index', r.position, 'code', r.reason[1], 'reason', r.reason[2])), '[]')
  into rejected from refused r;
end
$$;
comment on function app.reject_unknown_embeddings(uuid) is
  'Takes rows out of embedding_batch whose entity is not there, or whose metadata are too long.';

create function app.create_embedding_models(organization uuid, out rejected jsonb)
language plpgsql volatile set search_path = pg_catalog, pg_temp set jit = off as $$
begin
  perform app.require_own_temporary_tables('{embedding_batch}');
  -- In the order of their names: other tenants may begin the same ones at this moment.
  with first_use as (
    select b.model, (array_agg(b.dimensions order by b.position))[1] as dimensions, c.model is not null as chosen,
      row_number() over (partition by c.model is not null order by min(b.position)) as number
    from pg_temp.embedding_batch b
    left join public.embedding_settings c on c.organization_id = organization and b.model in (c.model, c.next_model)
    where not exists (select from public.embedding_models m where m.organization_id = organization and m.name = b.model)
    group by b.model, c.model
  )
  insert into public.embedding_models (organization_id, name, dimensions)
  select organization, f.model, f.dimensions
  from first_use f
  where f.chosen or f.number <= app.row_limit('models')
    - (select count(*) from public.embedding_models m where m.organization_id = organization)
    - (select count(*) from first_use o where o.chosen)
  order by f.model
  on conflict do nothing;

  with bad as (
    select b.position,
      case
        when m.name is null then array['TOO_MANY_MODELS',
          format('model: "%s" would be one too many; an organization has at most %s models.', left(b.model, 60), app.row_limit('models'))]
        when m.dimensions <> b.dimensions and b.generated then array['WRONG_DIMENSION',
          format('model: this server makes vectors of %s numbers by "%s", where those that are here have %s.',
            b.dimensions, left(b.model, 60), m.dimensions)]
        when m.dimensions <> b.dimensions then array['WRONG_DIMENSION',
          format('vector: %s numbers, where vectors of "%s" have %s.', b.dimensions, left(b.model, 60), m.dimensions)]
      end as reason
    from pg_temp.embedding_batch b
    left join public.embedding_models m on m.organization_id = organization and m.name = b.model
  ),
  refused as (
    delete from pg_temp.embedding_batch b using bad
    where bad.position = b.position and bad.reason is not null
    returning b.position, bad.reason
  )
  select coalesce(jsonb_agg(jsonb_build_object('index', r.position, 'code', r.reason[1], 'reason', r.reason[2])), '[]')
  into rejected from refused r;
end
$$;
comment on function app.create_embedding_models(uuid) is
  'Begins the models of embedding_batch that are new to an organization, and takes rows out whose model is one too many or has other dimensions.';

create function app.write_embedding_batch(organization uuid, out written int, out waiting int, out rejected jsonb)
language plpgsql volatile set search_path = pg_catalog, pg_temp set jit = off as $$
begin
  perform app.require_own_temporary_tables('{embedding_batch}');
  -- Asked here once, so that a batch that is rejected row by row, or is empty, is refused all the same. The worker is
  -- nobody's member.
  if current_user <> 'pulsegraph_worker' and not organization = any (app.organizations_with_role(
    case when (select bool_and(b.entity_type = 'ai_context') from pg_temp.embedding_batch b) then 'member' else 'editor' end)) then
    raise exception 'may not write embeddings' using errcode = '42501';
  end if;
  -- Whoever deletes a post has its row, and then those of its embeddings: so rows of posts come first here too.
  perform 1 from public.posts_core p
  where p.organization_id = organization
    and p.id = any (array(select distinct b.entity_id from pg_temp.embedding_batch b where b.entity_type = 'post'))
  order by p.id for key share;
  perform app.lock(organization, 'embeddings', not exists (
    select from pg_temp.embedding_batch b
    where b.generated or not exists (select from public.embedding_models m where m.organization_id = organization and m.name = b.model)));
  if exists (
    select from pg_temp.embedding_batch b
    join public.embedding_settings c on c.organization_id = organization
    where b.by_default and b.model <> c.model) then
    raise exception 'the model that answers was changed meanwhile' using errcode = '40001';
  end if;

  rejected := app.reject_unknown_embeddings(organization);
  rejected := rejected || app.create_embedding_models(organization);

  -- As if one came after the other: of a chunk that comes twice the last counts; and vectors that the server makes of a
  -- chunk are all of one text, the last.
  delete from pg_temp.embedding_batch b
  using (
    select o.position,
      row_number() over (
        partition by o.entity_type, o.entity_id, o.source_field, o.chunk_index, o.model order by o.position desc) as number,
      first_value(o.content) over (
        partition by o.entity_type, o.entity_id, o.source_field, o.chunk_index, o.generated order by o.position desc) as newest
    from pg_temp.embedding_batch o
  ) x
  where x.position = b.position and (x.number > 1 or b.generated and b.content <> x.newest);

  -- Vectors that other models made of a text that is no longer there would still be found.
  delete from public.embeddings e
  using (
    select b.entity_type, b.entity_id, b.source_field, b.chunk_index,
      min(b.content) filter (where b.generated) as content, array_agg(m.space_id) as spaces
    from pg_temp.embedding_batch b
    join public.embedding_models m on m.organization_id = organization and m.name = b.model
    group by b.entity_type, b.entity_id, b.source_field, b.chunk_index
    having bool_or(b.generated)
  ) t
  where e.organization_id = organization and e.entity_type = t.entity_type and e.entity_id = t.entity_id
    and e.source_field = t.source_field and e.chunk_index = t.chunk_index
    and e.space_id <> all (t.spaces) and e.generated and e.content is distinct from t.content;

  -- What did not change costs nothing more. A text whose vector is not known keeps the one it has.
  with same as (
    delete from pg_temp.embedding_batch b
    using public.embedding_models m, public.embeddings t
    where m.organization_id = organization and m.name = b.model
      and t.organization_id = organization and t.entity_type = b.entity_type and t.entity_id = b.entity_id
      and t.space_id = m.space_id and t.source_field = b.source_field and t.chunk_index = b.chunk_index
      and t.content is not distinct from b.content and t.metadata = b.metadata and t.generated = b.generated
      and coalesce(b.vector_data, t.vector_data) is not distinct from t.vector_data
    returning t.vector_data is null as waits
  )
  select count(*) filter (where s.waits) into waiting from same s;

  with put as (
    insert into public.embeddings as t (organization_id, id, entity_type, entity_id, source_field, chunk_index, space_id,
      vector_data, content, metadata, generated)
    select organization, b.id, b.entity_type, b.entity_id, b.source_field, b.chunk_index, m.space_id,
      b.vector_data, b.content, b.metadata, b.generated
    from pg_temp.embedding_batch b
    join public.embedding_models m on m.organization_id = organization and m.name = b.model
    order by b.entity_type, b.entity_id, m.space_id, b.source_field, b.chunk_index
    on conflict (organization_id, entity_type, entity_id, space_id, source_field, chunk_index) do update set
      vector_data = coalesce(excluded.vector_data, case when t.content_hash = excluded.content_hash then t.vector_data end),
      content = excluded.content, metadata = excluded.metadata, generated = excluded.generated
      -- Somebody may just have written the same.
      where (coalesce(excluded.vector_data, t.vector_data), t.content, t.metadata, t.generated)
        is distinct from (t.vector_data, excluded.content, excluded.metadata, excluded.generated)
    returning t.vector_data is null as waits
  )
  select count(*), waiting + count(*) filter (where p.waits) into written, waiting from put p;
end
$$;
comment on function app.write_embedding_batch(uuid) is
  'Writes the rows of embedding_batch. Answers how many were written, how many of the batch wait to be embedded, and what was rejected, by position; the rest was there already.';

create function app.delete_embeddings(
  organization uuid, entity_type text, entity uuid, source_field text, model text, out deleted int)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if not organization = any (app.organizations_with_role(
    case when delete_embeddings.entity_type = 'ai_context' then 'member' else 'editor' end)) then
    raise exception 'may not delete embeddings' using errcode = '42501';
  end if;
  perform app.lock(organization, 'embeddings');
  delete from public.embeddings e
  where e.organization_id = organization
    and (delete_embeddings.entity_type is null or e.entity_type = delete_embeddings.entity_type)
    and (entity is null or e.entity_id = entity)
    and (delete_embeddings.source_field is null or e.source_field = delete_embeddings.source_field)
    and (model is null or e.space_id = (
      select m.space_id from public.embedding_models m where m.organization_id = organization and m.name = model));
  get diagnostics deleted = row_count;
  -- A model without vectors makes room for another, which may have the same name and other dimensions.
  delete from public.embedding_models m
  where m.organization_id = organization and (model is null or m.name = model)
    and not exists (select from public.embeddings e where e.organization_id = organization and e.space_id = m.space_id)
    and not exists (select from public.embedding_settings c where c.organization_id = organization and m.name in (c.model, c.next_model));
end
$$;
comment on function app.delete_embeddings(uuid, text, uuid, text, text) is
  'Deletes embeddings of an organization; whatever is not null narrows it down. Models that have none left go too, but for those that make vectors of texts.';

-- ---- The wall: everybody in the organization reads, editors write; members write what belongs to AI context, which they log

call app.protect('embedding_spaces', worker => 'all', guard => 'all');
call app.protect('embedding_models', reads => 'viewer', inserts => 'member', deletes => 'editor',
  worker => 'all', guard => 'all');
call app.protect('embedding_settings', reads => 'viewer', updates => 'admin', worker => 'all', guard => 'all');
call app.protect('embeddings', reads => 'viewer', worker => 'all', guard => 'all');

create policy embeddings_insert on embeddings for insert to pulsegraph_api
  with check (organization_id = any ((select app.organizations_with_role('editor'))::uuid[])
    or entity_type = 'ai_context' and organization_id = any ((select app.organizations_with_role('member'))::uuid[]));
create policy embeddings_update on embeddings for update to pulsegraph_api
  using (organization_id = any ((select app.organizations_with_role('editor'))::uuid[])
    or entity_type = 'ai_context' and organization_id = any ((select app.organizations_with_role('member'))::uuid[]));
create policy embeddings_delete on embeddings for delete to pulsegraph_api
  using (organization_id = any ((select app.organizations_with_role('editor'))::uuid[])
    or entity_type = 'ai_context' and organization_id = any ((select app.organizations_with_role('member'))::uuid[]));

grant select, insert on embedding_spaces to pulsegraph_guard;
grant select on embedding_spaces to pulsegraph_worker;
grant select, delete, insert (organization_id, name, dimensions) on embedding_models to pulsegraph_api, pulsegraph_worker;
grant select on embedding_models to pulsegraph_guard;
grant select on embedding_settings to pulsegraph_api, pulsegraph_worker, pulsegraph_guard;
grant insert on embedding_settings to pulsegraph_guard;
grant update (next_model, language) on embedding_settings to pulsegraph_api;
grant update (model, next_model) on embedding_settings to pulsegraph_worker;
grant select, delete on embeddings to pulsegraph_api, pulsegraph_worker;
grant insert (organization_id, id, entity_type, entity_id, source_field, chunk_index, space_id, vector_data, content, metadata, generated),
  update (vector_data, content, search, metadata, generated) on embeddings to pulsegraph_api, pulsegraph_worker;
grant select on embeddings to pulsegraph_guard;
-- Which is set for it. To hold rows of posts while their embeddings are written takes the right to change something of them.
grant update (updated_at) on posts_core to pulsegraph_worker;
grant execute on function app.dot(real[], real[]), app.create_embedding_staging(),
  app.write_embedding_batch(uuid), app.reject_unknown_embeddings(uuid), app.create_embedding_models(uuid), app.delete_embeddings(uuid, text, uuid, text, text)
  to pulsegraph_api, pulsegraph_worker;

create trigger organizations_create_embedding_settings after insert on organizations
  for each row execute function app.create_embedding_settings();
-- Organizations that are there already. Forced row security shows them to the guard, not to the owner.
set local role pulsegraph_guard;
insert into embedding_settings (organization_id) select id from organizations;
reset role;
