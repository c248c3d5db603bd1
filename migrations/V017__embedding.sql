-- Embeddings: vectors of texts and of anything else, side by side whatever their model, and the search for what is near.
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

create table embedding_choices (
  organization_id uuid not null,
  model text not null default 'pulsegraph-hash-1',
  next_model text,
  language text not null default 'simple',
  updated_at timestamptz not null default now(),
  constraint embedding_choices_pkey primary key (organization_id),
  constraint embedding_choices_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint embedding_choices_next_model_differs check (next_model <> model),
  constraint embedding_choices_language_known check (language in (
    'simple', 'arabic', 'armenian', 'basque', 'catalan', 'danish', 'dutch', 'english', 'finnish', 'french', 'german', 'greek',
    'hindi', 'hungarian', 'indonesian', 'irish', 'italian', 'lithuanian', 'nepali', 'norwegian', 'portuguese', 'romanian',
    'russian', 'serbian', 'spanish', 'swedish', 'tamil', 'turkish', 'yiddish'))
);
comment on table embedding_choices is
  'Which model answers for an organization, which one takes over once every text has a vector of it, and the language of its words.';
comment on constraint embedding_choices_language_known on embedding_choices is
  'language: a text search configuration of PostgreSQL, such as simple, english, german, french or spanish.';
create trigger embedding_choices_touch before update on embedding_choices for each row execute function app.touch_updated_at();

create function app.begin_embeddings() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.embedding_choices (organization_id) values (new.id);
  return null;
end
$$;
comment on function app.begin_embeddings() is 'Has a new organization begin with the built-in model.';
alter function app.begin_embeddings() owner to pulsegraph_guard;

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
  made boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- What is a row here takes its embeddings along.
  post_id uuid generated always as (case when entity_type = 'post' then entity_id end) stored,
  log_id uuid generated always as (case when entity_type = 'ai_context' then entity_id end) stored,
  constraint embeddings_pkey primary key (organization_id, id),
  constraint embeddings_entity_key unique (organization_id, entity_type, entity_id, space_id, source_field, chunk_index),
  constraint embeddings_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint embeddings_space_id_fkey foreign key (space_id) references embedding_spaces (id),
  constraint embeddings_post_fkey foreign key (organization_id, post_id) references posts_core (organization_id, id) on delete cascade,
  constraint embeddings_log_fkey foreign key (organization_id, log_id) references ai_context_logs (organization_id, id) on delete cascade,
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
comment on column embeddings.made is 'Whether the server makes this vector of the text; then it goes when the text changes.';
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
create index embeddings_waiting_idx on embeddings (organization_id, space_id, id) where vector_data is null;
create index embeddings_search_idx on embeddings using gin (search);
create index embeddings_space_id_idx on embeddings (space_id, organization_id);
-- What most rows are null in comes first: otherwise these small indexes are taken for a way to the rows of an organization.
create index embeddings_post_idx on embeddings (post_id, organization_id);
create index embeddings_log_idx on embeddings (log_id, organization_id);
-- As of posts: of a condition and a policy that say the same the planner expects hardly any row, and then any index will do.
alter table embeddings alter column organization_id set (n_distinct = 20);
create trigger embeddings_touch before update on embeddings for each row execute function app.touch_updated_at();

-- ---- Words

-- Letters of scripts that put no space between words, and of Korean, which glues particles to them.
create function app.unspaced_letter() returns text
language sql immutable parallel safe as $$
  select '[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u3130-\u318f\u31f0-\u31ff'
    '\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]'
$$;
comment on function app.unspaced_letter() is 'A regular expression for one letter of Chinese, Japanese, Korean, Thai, Lao, Khmer or Burmese.';

-- The parser and the dictionaries of text search take what is a letter, and which is the small one, from the LC_CTYPE of the
-- database; in C, no character beyond ASCII has a small one, and all of them are letters, quotation marks too. So both are
-- settled before: what is found depends on no setting of a cluster.
--
-- Runs of letters of scripts without spaces become pairs of neighbours, which a dictionary of no kind is needed for:
-- "abcd" is kept as "ab bc cd d", and asked for as the phrase "ab bc cd".
create function app.search_text(written text, is_question boolean) returns text
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
  letter constant text := app.unspaced_letter();
  plain text := written;
begin
  if octet_length(plain) = char_length(plain) then
    return plain;
  end if;
  plain := regexp_replace(lower(normalize(plain, nfkc) collate "und-x-icu"),
    '[\u0080-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u2000-\u200b\u200e-\u206f\u20a0-\u20cf\u2190-\u2bff'
    '\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\u303d\u30fb\ufe10-\ufe1f\ufe30-\ufe6f\uff00-\uff0f\U0001f000-\U0001faff]', ' ', 'g');
  if plain !~ letter then
    return plain;
  end if;
  if is_question then
    -- A phrase already, where somebody wrote quotation marks.
    select string_agg(
      case when s.number % 2 = 1 then regexp_replace(s.part, '(' || letter || '+)', '"\1"', 'g') else s.part end, '"' order by s.number)
    into plain
    from regexp_split_to_table(plain, '"') with ordinality s(part, number);
  end if;
  plain := regexp_replace(plain, '(' || letter || ')', '\1\1', 'g');
  plain := regexp_replace(plain, '(?<!' || letter || ')' || letter, case when is_question then '' else ' ' end, 'g');
  plain := regexp_replace(plain, '(' || letter || letter || ')', '\1 ', 'g');
  return case when is_question
    then regexp_replace(plain, '(' || letter || letter || ') ' || letter || '(?!' || letter || ')', '\1', 'g')
    else regexp_replace(plain, '(' || letter || ')(?!' || letter || '| )', '\1 ', 'g') end;
end
$$;
comment on function app.search_text(text, boolean) is
  'A text as text search takes it, on a database of any locale: in small letters, with spaces for what is no letter beyond ASCII, and pairs of letters where a script has no spaces.';

create function app.words_asked(language regconfig, words text, is_any boolean) returns tsquery
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
  -- A dash that stands before no word excludes none: a rule, or a pause.
  plain constant text := regexp_replace(app.search_text(words, true), '-[-\s]+', ' ', 'g');
  query tsquery;
begin
  if is_any then
    select string_agg('''' || replace(replace(w.lexeme, '\', '\\'), '''', '''''') || '''', ' | ')::tsquery
    into query
    from (select l.lexeme from unnest(to_tsvector(language, plain)) l order by l.positions[1], l.lexeme limit 64) w;
  else
    begin
      query := websearch_to_tsquery(language, plain);
    exception when internal_error or program_limit_exceeded then
      -- Operators nested deeper than its parser goes; as of 17.12 PostgreSQL has a code of its own for that.
      query := plainto_tsquery(language, plain);
    end;
  end if;
  return case when numnode(query) > 0
    then regexp_replace(query::text, '''(' || app.unspaced_letter() || ')''', '''\1'':*', 'g')::tsquery end;
end
$$;
comment on function app.words_asked(regconfig, text, boolean) is
  'What somebody asks for, as search engines read it, or any of its first 64 words; null where there is no word. One letter of a script without spaces begins a pair.';

-- Of windows that overlap, the one with most of the words. Words that its edges cut are left out.
create function app.snippet(language regconfig, content text, question tsquery) returns text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select w.piece
  from (
    select s.first, case when s.first > 1 and substr(content, s.first - 1, 1) ~ '\S' then regexp_replace(s.piece, '^\S{0,40}\s+', '') else s.piece end
    from (
      select g.first, case when substr(content, g.first + 200, 1) ~ '\S'
        then regexp_replace(substr(content, g.first, 200), '\s+\S{0,40}$', '') else substr(content, g.first, 200) end as piece
      from generate_series(1, greatest(1, char_length(content) - 50), 150) g(first)
    ) s
  ) w(first, piece)
  order by case when char_length(content) > 200 then ts_rank(to_tsvector(language, app.search_text(w.piece, false)), question) end desc nulls last, w.first
  limit 1
$$;
comment on function app.snippet(regconfig, text, tsquery) is 'At most 200 characters of a text, those with most of the words that were asked for.';

create function app.find_words() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.content is null then
    new.content_hash := null;
    new.search := null;
  elsif tg_op = 'INSERT' or new.content is distinct from old.content or new.search is null then
    new.content_hash := pg_catalog.sha256(pg_catalog.convert_to(new.content, 'UTF8'));
    new.search := pg_catalog.to_tsvector(
      (select c.language::regconfig from public.embedding_choices c where c.organization_id = new.organization_id),
      app.search_text(new.content, false));
  end if;
  return new;
end
$$;
comment on function app.find_words() is 'Keeps hash and words of a text true whoever writes it.';
alter function app.find_words() owner to pulsegraph_guard;
create trigger embeddings_find_words before insert or update of content, search on embeddings
  for each row execute function app.find_words();

-- ---- Writing

create function app.begin_embedding_model() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- The models that the server makes vectors of texts with always have a place.
  if (select count(*) from public.embedding_models m where m.organization_id = new.organization_id) >= app.row_limit('models')
    and not exists (select from public.embedding_choices c where c.organization_id = new.organization_id and new.name in (c.model, c.next_model)) then
    raise exception 'model: an organization has at most % models.', app.row_limit('models') using errcode = 'PG413';
  end if;
  insert into public.embedding_spaces (model, dimensions) values (new.name, new.dimensions) on conflict do nothing;
  new.space_id := (select s.id from public.embedding_spaces s where s.model = new.name and s.dimensions = new.dimensions);
  return new;
end
$$;
comment on function app.begin_embedding_model() is
  'Gives a new model of an organization its space, which others may share, and refuses one too many.';
alter function app.begin_embedding_model() owner to pulsegraph_guard;
create trigger embedding_models_begin before insert on embedding_models
  for each row execute function app.begin_embedding_model();

-- Vectors of different keys do not meet, so their writers share this lock; each batch goes through its keys in their order.
-- Whoever writes a text takes along the vectors that other models made of the one before it, and so has the lock alone; as
-- has whoever begins a model, deletes, or changes the model that answers, which must not miss a text that is being written.
create function app.lock_embeddings(organization uuid, alone boolean) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  key constant bigint := hashtextextended('pulsegraph embeddings ' || organization, 0);
begin
  if alone then
    perform pg_advisory_xact_lock(key);
  else
    perform pg_advisory_xact_lock_shared(key);
  end if;
end
$$;
comment on function app.lock_embeddings(uuid, boolean) is
  'Writers of vectors share it until the end of their transactions; writers of texts, and whoever deletes or changes the model that answers, have it alone.';

create function app.begin_embedding_batch() returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.refuse_foreign_temporaries('{embedding_batch}');
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
    made boolean not null,
    -- Whether nobody named the model, and it is the one that answered when the row was made.
    by_choice boolean not null
  ) on commit drop;
  truncate pg_temp.embedding_batch;
  grant select, insert, delete on pg_temp.embedding_batch to pulsegraph_api, pulsegraph_worker;
end
$$;
comment on function app.begin_embedding_batch() is
  'Makes the temporary table embedding_batch, which embeddings are copied into; it goes with the transaction.';
alter function app.begin_embedding_batch() owner to pulsegraph_guard;

create function app.take_embedding_batch(organization uuid, out written int, out waiting int, out rejected jsonb)
language plpgsql volatile set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  refusals jsonb;
begin
  perform app.refuse_foreign_temporaries('{embedding_batch}');
  -- Asked here once, so that a batch that is rejected row by row, or is empty, is refused all the same. The worker is
  -- nobody's member.
  if current_user <> 'pulsegraph_worker' and not organization = any (app.organizations_where(
    case when (select bool_and(b.entity_type = 'ai_context') from pg_temp.embedding_batch b) then 'member' else 'editor' end)) then
    raise exception 'may not write embeddings' using errcode = '42501';
  end if;
  -- Whoever deletes a post has its row, and then those of its embeddings: so rows of posts come first here too.
  perform 1 from public.posts_core p
  where p.organization_id = organization
    and p.id = any (array(select distinct b.entity_id from pg_temp.embedding_batch b where b.entity_type = 'post'))
  order by p.id for key share;
  perform app.lock_embeddings(organization, exists (
    select from pg_temp.embedding_batch b
    where b.made or not exists (select from public.embedding_models m where m.organization_id = organization and m.name = b.model)));
  if exists (
    select from pg_temp.embedding_batch b
    join public.embedding_choices c on c.organization_id = organization
    where b.by_choice and b.model <> c.model) then
    raise exception 'the model that answers was changed meanwhile' using errcode = '40001';
  end if;

  -- What is not taken says nothing about anything else: a model is not begun by it, and it replaces no other of its key.
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

  -- In the order of their names: other tenants may begin the same ones at this moment.
  with first_use as (
    select b.model, (array_agg(b.dimensions order by b.position))[1] as dimensions, c.model is not null as chosen,
      row_number() over (partition by c.model is not null order by min(b.position)) as number
    from pg_temp.embedding_batch b
    left join public.embedding_choices c on c.organization_id = organization and b.model in (c.model, c.next_model)
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
        when m.dimensions <> b.dimensions and b.made then array['WRONG_DIMENSION',
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
  into refusals from refused r;
  rejected := rejected || refusals;

  -- As if one came after the other: of a chunk that comes twice the last counts; and vectors that the server makes of a
  -- chunk are all of one text, the last.
  delete from pg_temp.embedding_batch b
  using (
    select o.position,
      row_number() over (
        partition by o.entity_type, o.entity_id, o.source_field, o.chunk_index, o.model order by o.position desc) as number,
      first_value(o.content) over (
        partition by o.entity_type, o.entity_id, o.source_field, o.chunk_index, o.made order by o.position desc) as newest
    from pg_temp.embedding_batch o
  ) x
  where x.position = b.position and (x.number > 1 or b.made and b.content <> x.newest);

  -- Vectors that other models made of a text that is no longer there would still be found.
  delete from public.embeddings e
  using (
    select b.entity_type, b.entity_id, b.source_field, b.chunk_index,
      min(b.content) filter (where b.made) as content, array_agg(m.space_id) as spaces
    from pg_temp.embedding_batch b
    join public.embedding_models m on m.organization_id = organization and m.name = b.model
    group by b.entity_type, b.entity_id, b.source_field, b.chunk_index
    having bool_or(b.made)
  ) t
  where e.organization_id = organization and e.entity_type = t.entity_type and e.entity_id = t.entity_id
    and e.source_field = t.source_field and e.chunk_index = t.chunk_index
    and e.space_id <> all (t.spaces) and e.made and e.content is distinct from t.content;

  -- What did not change costs nothing more. A text whose vector is not known keeps the one it has.
  with same as (
    delete from pg_temp.embedding_batch b
    using public.embedding_models m, public.embeddings t
    where m.organization_id = organization and m.name = b.model
      and t.organization_id = organization and t.entity_type = b.entity_type and t.entity_id = b.entity_id
      and t.space_id = m.space_id and t.source_field = b.source_field and t.chunk_index = b.chunk_index
      and t.content is not distinct from b.content and t.metadata = b.metadata and t.made = b.made
      and coalesce(b.vector_data, t.vector_data) is not distinct from t.vector_data
    returning t.vector_data is null as waits
  )
  select count(*) filter (where s.waits) into waiting from same s;

  with put as (
    insert into public.embeddings as t (organization_id, id, entity_type, entity_id, source_field, chunk_index, space_id,
      vector_data, content, metadata, made)
    select organization, b.id, b.entity_type, b.entity_id, b.source_field, b.chunk_index, m.space_id,
      b.vector_data, b.content, b.metadata, b.made
    from pg_temp.embedding_batch b
    join public.embedding_models m on m.organization_id = organization and m.name = b.model
    order by b.entity_type, b.entity_id, m.space_id, b.source_field, b.chunk_index
    on conflict (organization_id, entity_type, entity_id, space_id, source_field, chunk_index) do update set
      vector_data = coalesce(excluded.vector_data, case when t.content_hash = excluded.content_hash then t.vector_data end),
      content = excluded.content, metadata = excluded.metadata, made = excluded.made
      -- Somebody may just have written the same.
      where (coalesce(excluded.vector_data, t.vector_data), t.content, t.metadata, t.made)
        is distinct from (t.vector_data, excluded.content, excluded.metadata, excluded.made)
    returning t.vector_data is null as waits
  )
  select count(*), waiting + count(*) filter (where p.waits) into written, waiting from put p;
end
$$;
comment on function app.take_embedding_batch(uuid) is
  'Writes the rows of embedding_batch. Answers how many were written, how many of the batch wait to be embedded, and what was rejected, by position; the rest was there already.';

create function app.drop_embeddings(
  organization uuid, entity_type text, entity uuid, source_field text, model text, out deleted int)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if not organization = any (app.organizations_where(
    case when drop_embeddings.entity_type = 'ai_context' then 'member' else 'editor' end)) then
    raise exception 'may not delete embeddings' using errcode = '42501';
  end if;
  perform app.lock_embeddings(organization, true);
  delete from public.embeddings e
  where e.organization_id = organization
    and (drop_embeddings.entity_type is null or e.entity_type = drop_embeddings.entity_type)
    and (entity is null or e.entity_id = entity)
    and (drop_embeddings.source_field is null or e.source_field = drop_embeddings.source_field)
    and (model is null or e.space_id = (
      select m.space_id from public.embedding_models m where m.organization_id = organization and m.name = model));
  get diagnostics deleted = row_count;
  -- A model without vectors makes room for another, which may have the same name and other dimensions.
  delete from public.embedding_models m
  where m.organization_id = organization and (model is null or m.name = model)
    and not exists (select from public.embeddings e where e.organization_id = organization and e.space_id = m.space_id)
    and not exists (select from public.embedding_choices c where c.organization_id = organization and m.name in (c.model, c.next_model));
end
$$;
comment on function app.drop_embeddings(uuid, text, uuid, text, text) is
  'Deletes embeddings of an organization; whatever is not null narrows it down. Models that have none left go too, but for those that make vectors of texts.';

-- ---- Searching

create function app.vector_schema() returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select n.nspname::text
  from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
  where e.extname = 'vector' and string_to_array(e.extversion, '.')::int[] >= array[0, 8]
$$;
comment on function app.vector_schema() is 'Where the extension vector is, from version 0.8 on; null where it is not.';

create function app.embedding_index_is_ready(space int) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((
    select i.indisvalid and i.indisready
    from pg_catalog.pg_index i
    where i.indexrelid = to_regclass('public.embeddings_space_' || space || '_idx')), false)
$$;
comment on function app.embedding_index_is_ready(int) is 'Whether the index of a space has been built.';

create function app.most_chunks_compared() returns int
language sql immutable parallel safe as $$ select 100 $$;
comment on function app.most_chunks_compared() is
  'So many chunks of an entity are searched for, each by itself; of more than that, as many evenly spread over them.';

create function app.exact_search_limit() returns int
language sql immutable parallel safe as $$ select 5000 $$;
comment on function app.exact_search_limit() is
  'Up to this many vectors of an organization are compared one by one even where there is an index: measured, that takes as long, and misses nothing.';

-- The sum that a search without the extension evaluates for each candidate. Its terms are written out, with the query's
-- numbers as constants: a loop over elements takes four times as long. Sums of sixteen keep the expression flat, since
-- 16,000 numbers nested in one another would exceed the stack.
create function app.dot_expression(query real[]) returns text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select string_agg(s.part, ' + ' order by s.part_number)
  from (
    select t.i / 128 as part_number,
      '(' || string_agg(format('e.vector_data[%s] * %L::double precision', t.i + 1, query[t.i + 1]::double precision), ' + ' order by t.i) || ')' as part
    from generate_series(0, cardinality(query) - 1) t(i)
    group by t.i / 128
  ) s
$$;
comment on function app.dot_expression(real[]) is 'SQL for the dot product of e.vector_data with these numbers.';

-- The nearest entities to one vector, by their best chunk. The same statement answers with and without an index; only its
-- order and the score differ. Chunks are asked for until enough entities have come, and an index that has no more to say
-- before that is not believed: all candidates are compared instead. So whoever gets fewer than he asked for knows there are
-- no more.
create function app.nearest_entities(
  organization uuid, space int, query real[], depth int, other_than_type text, other_than_id uuid,
  entity_types text[], platforms text[], published_from timestamptz, published_to timestamptz, metadata jsonb, way text)
returns table (id uuid, score double precision, by_index boolean)
language plpgsql stable set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  extension constant text := app.vector_schema();
  dimensions constant int := cardinality(query);
  conditions text := format('e.organization_id = $1 and e.space_id = %s and e.vector_data is not null', space);
  scored text;
  nearest text;
  wanted int := 2 * depth + 20;
  ids uuid[];
  scores double precision[];
  chunks int;
  sorting text;
begin
  conditions := conditions
    || case when entity_types is not null then ' and e.entity_type = any ($2)' else '' end
    || case when other_than_id is not null then ' and not (e.entity_type = $3 and e.entity_id = $4)' else '' end
    || case when metadata is not null then ' and e.metadata @> $8' else '' end;
  if platforms is not null or published_from is not null or published_to is not null then
    conditions := conditions || ' and exists (select from public.posts_core p where p.organization_id = e.organization_id and p.id = e.post_id'
      || case when platforms is not null then ' and p.platforms && $5' else '' end
      || case when published_from is not null then ' and p.published_at >= $6' else '' end
      || case when published_to is not null then ' and p.published_at < $7' else '' end
      || ')';
  end if;

  scored := case when extension is null then app.dot_expression(query)
    else format('-(e.vector_data::%1$I.vector(%2$s) operator(%1$I.<#>) $9::%1$I.vector(%2$s))', extension, dimensions) end;
  by_index := extension is not null and dimensions <= 4000 and way is distinct from 'exact' and app.embedding_index_is_ready(space)
    and (way = 'index' or app.exact_search_limit() < (
      select count(*) from (
        select from public.embeddings e
        where e.organization_id = organization and e.space_id = space and e.vector_data is not null
          and (nearest_entities.entity_types is null or e.entity_type = any (nearest_entities.entity_types))
        limit app.exact_search_limit() + 1) x));
  if by_index then
    perform set_config('hnsw.iterative_scan', 'relaxed_order', true),
      set_config('hnsw.ef_search', '100', true),
      set_config('hnsw.max_scan_tuples', '20000', true);
  end if;

  loop
    nearest := case when by_index
      then format('(select e.id, e.entity_type, e.entity_id, e.vector_data from public.embeddings e where %1$s'
        || ' order by e.vector_data::%2$I.halfvec(%3$s) operator(%2$I.<=>) $9::%2$I.halfvec(%3$s) limit $10)', conditions, extension, dimensions)
      -- To join nothing to a vector reads it once, where it is compressed or stored apart; otherwise each of its numbers would.
      else format('(select e.id, e.entity_type, e.entity_id, e.vector_data || ''{}''::real[] as vector_data'
        || ' from public.embeddings e where %1$s offset 0)', conditions) end;
    if by_index then
      -- To sort all candidates may look cheaper than to walk the index.
      sorting := current_setting('enable_sort');
      perform set_config('enable_sort', 'off', true);
    end if;
    execute format($statement$
      with chunks as materialized (
        select e.id, e.entity_type, e.entity_id, %s as score from %s e order by 4 desc, 1 limit $10
      ),
      best as (
        select distinct on (c.entity_type, c.entity_id) c.id, c.score from chunks c order by c.entity_type, c.entity_id, c.score desc, c.id
      ),
      kept as (select b.id, b.score from best b order by b.score desc, b.id limit $11)
      select array_agg(k.id order by k.score desc, k.id), array_agg(k.score order by k.score desc, k.id), (select count(*) from chunks)
      from kept k$statement$, scored, nearest)
    into ids, scores, chunks
    using organization, entity_types, other_than_type, other_than_id, platforms, published_from, published_to, metadata, query, wanted, depth;
    if by_index then
      perform set_config('enable_sort', sorting, true);
    end if;
    exit when coalesce(cardinality(ids), 0) >= depth;
    if chunks < wanted then
      exit when not by_index or way = 'index';
      by_index := false;
    else
      wanted := wanted * 8;
    end if;
  end loop;
  -- Rounding may have made a cosine a little more than 1.
  return query select n.id, greatest(-1, least(1, n.score)), nearest_entities.by_index from unnest(ids, scores) n(id, score);
end
$$;
comment on function app.nearest_entities(uuid, int, real[], int, text, uuid, text[], text[], timestamptz, timestamptz, jsonb, text) is
  'The nearest entities to a vector of unit length, each by its best chunk, with cosine and how they were found. way: exact, index, or null for what is best.';

-- Full text search needs its index, which under row security only whoever is not subject to it can use. It looks into one
-- organization, which must be one of the caller's, and answers ids; the caller reads them under its own policies.
create function app.entities_with_words(
  organization uuid, space int, words text, is_any boolean, depth int, entity_types text[], platforms text[],
  published_from timestamptz, published_to timestamptz, metadata jsonb)
returns table (id uuid, score double precision)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off set plan_cache_mode = force_custom_plan as $$
declare
  question tsquery;
begin
  if not organization = any (app.readable_organizations()) then
    return;
  end if;
  select app.words_asked(c.language::regconfig, words, is_any) into question
  from public.embedding_choices c where c.organization_id = organization;
  return query
    with chunks as (
      select distinct on (e.entity_type, e.entity_id) e.id,
        (case when is_any and numnode(question) > 1 then ts_rank(e.search, question, 1) else ts_rank_cd(e.search, question, 1) end)::double precision as score
      from public.embeddings e
      where e.organization_id = organization and e.space_id = space and e.search @@ question
        and (entities_with_words.entity_types is null or e.entity_type = any (entities_with_words.entity_types))
        and (entities_with_words.metadata is null or e.metadata @> entities_with_words.metadata)
        and (coalesce(entities_with_words.platforms::text, published_from::text, published_to::text) is null or exists (
          select from public.posts_core p
          where p.organization_id = e.organization_id and p.id = e.post_id
            and (entities_with_words.platforms is null or p.platforms && entities_with_words.platforms)
            and (published_from is null or p.published_at >= published_from)
            and (published_to is null or p.published_at < published_to)))
      order by e.entity_type, e.entity_id, 2 desc, e.id
    )
    select c.id, c.score from chunks c order by c.score desc, c.id limit depth;
end
$$;
comment on function app.entities_with_words(uuid, int, text, boolean, int, text[], text[], timestamptz, timestamptz, jsonb) is
  'The entities of an organization the caller may read that hold all these words, each by its best chunk, by ts_rank_cd; or any of several, by ts_rank, which counts how many.';
alter function app.entities_with_words(uuid, int, text, boolean, int, text[], text[], timestamptz, timestamptz, jsonb) owner to pulsegraph_guard;

create function app.similar(
  organization uuid, space int, mode text, query real[], source_type text, source_id uuid, words text, first int, threshold double precision,
  entity_types text[], platforms text[], published_from timestamptz, published_to timestamptz, metadata jsonb,
  fusion_k int, vector_weight double precision, keyword_weight double precision,
  boost_metric text, boost_weight double precision, boost_half_life interval, way text)
returns table (strategy text, sources int, more boolean, vector_candidates int, keyword_candidates int, matches jsonb)
language plpgsql stable set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  -- What is fused or boosted may come from further down than it ends up.
  depth constant int := case when mode = 'vector' and boost_metric is null then first + 1 else greatest(100, 4 * first) end;
  chunk real[];
  near_ids uuid[] := '{}';
  near_scores double precision[] := '{}';
  by_index boolean;
  indexed boolean := false;
  vectors int := 0;
  word_ids uuid[];
  word_scores double precision[];
  ids uuid[];
  scores double precision[];
begin
  if boost_metric is not null and not exists (
    select from public.metric_definitions d
    where d.organization_id = organization and d.name = boost_metric and d.kind in ('counter', 'delta')) then
    raise exception 'boost: "%" is no COUNTER or DELTA of this organization; see metricDefinitions.', left(boost_metric, 60)
      using errcode = 'PG400';
  end if;
  if mode <> 'keyword' then
    for chunk in
      select query where query is not null
      union all
      -- Of an entity of very many chunks, some all along it.
      (select c.vector_data
      from (
        select e.vector_data, row_number() over (order by e.source_field, e.chunk_index) - 1 as number, count(*) over () as chunks
        from public.embeddings e
        where query is null and e.organization_id = organization and e.entity_type = source_type and e.entity_id = source_id
          and e.space_id = space and e.vector_data is not null) c
      where c.chunks <= app.most_chunks_compared()
        or c.number * app.most_chunks_compared() / c.chunks > (c.number - 1) * app.most_chunks_compared() / c.chunks
        or c.number = 0)
    loop
      select coalesce(array_agg(n.id), '{}'), coalesce(array_agg(n.score), '{}'), coalesce(bool_or(n.by_index), false)
      into ids, scores, by_index
      from app.nearest_entities(organization, space, chunk, depth, source_type, source_id,
        entity_types, platforms, published_from, published_to, metadata, way) n;
      vectors := vectors + 1;
      near_ids := near_ids || ids;
      near_scores := near_scores || scores;
      indexed := indexed or by_index;
    end loop;
  end if;
  if mode <> 'vector' then
    select array_agg(w.id), array_agg(w.score) into word_ids, word_scores
    from app.entities_with_words(organization, space, words, mode = 'hybrid', depth, entity_types, platforms, published_from, published_to, metadata) w;
  end if;
  return query
    with near as (
      select distinct on (e.entity_type, e.entity_id) e.entity_type, e.entity_id, e.id, n.score
      from unnest(near_ids, near_scores) n(id, score)
      join public.embeddings e on e.organization_id = organization and e.id = n.id
      order by e.entity_type, e.entity_id, n.score desc, e.id
    ),
    near_leg as (
      select n.*, row_number() over (order by n.score desc, n.id) as rank from near n order by n.score desc, n.id limit depth
    ),
    word_leg as (
      select e.entity_type, e.entity_id, e.id, w.score, row_number() over (order by w.score desc, w.id) as rank
      from unnest(word_ids, word_scores) w(id, score)
      join public.embeddings e on e.organization_id = organization and e.id = w.id
    ),
    fused as (
      select coalesce(n.entity_type, w.entity_type) as entity_type, coalesce(n.entity_id, w.entity_id) as entity_id,
        coalesce(n.id, w.id) as id, n.rank as vector_rank, n.score as vector_score, w.rank as keyword_rank, w.score as keyword_score,
        case mode
          when 'vector' then n.score
          when 'keyword' then w.score
          else coalesce(vector_weight / (fusion_k + n.rank), 0) + coalesce(keyword_weight / (fusion_k + w.rank), 0)
        end as score
      from (select * from near_leg l where threshold is null or l.score >= threshold) n
      full join word_leg w on w.entity_type = n.entity_type and w.entity_id = n.entity_id
    ),
    engaged as (
      select f.*, g.engagement, coalesce(ln(1 + g.engagement) / nullif(ln(1 + max(g.engagement) over ()), 0), 0) as share
      from fused f
      left join lateral (
        select greatest(coalesce(sum(
          app.metric_value('sum', d.kind, r.samples, r.sum, r.min, r.max, r.last, 1, r.growth)::double precision
            * power(0.5::double precision, extract(epoch from now() - r.bucket) / extract(epoch from boost_half_life))), 0), 0) as engagement
        from public.metric_series s
        join public.metric_definitions d on d.organization_id = s.organization_id and d.name = s.metric
        join public.metric_rollups r on r.organization_id = s.organization_id and r.series_id = s.id
          and r.tier = 1440 and r.bucket > now() - 20 * boost_half_life
        where s.organization_id = organization and s.entity_type = f.entity_type and s.entity_id = f.entity_id and s.metric = boost_metric
      ) g on boost_metric is not null
    ),
    boosted as (
      select e.*, 1 + boost_weight * e.share as factor,
        case when boost_metric is null then e.score
          when e.score >= 0 then e.score * (1 + boost_weight * e.share)
          else e.score / (1 + boost_weight * e.share) end as final
      from engaged e
    ),
    listed as (select b.*, row_number() over (order by b.final desc, b.id) as number from boosted b order by b.final desc, b.id limit first)
    select
      case when mode <> 'vector' then mode when indexed then 'hnsw' else 'exact' end,
      vectors,
      (select count(*) from fused) > first
        or (depth > first + 1 and ((select count(*) from near_leg l where threshold is null or l.score >= threshold) >= depth
          or coalesce(cardinality(word_ids), 0) >= depth)),
      case when mode <> 'keyword' then (select count(*)::int from near_leg l where threshold is null or l.score >= threshold) end,
      case when mode <> 'vector' then coalesce(cardinality(word_ids), 0) end,
      coalesce((
        select jsonb_agg(jsonb_build_object(
          'id', e.id, 'entityType', upper(e.entity_type), 'entityId', e.entity_id, 'sourceField', e.source_field, 'chunkIndex', e.chunk_index,
          'snippet', case when l.keyword_rank is not null then (
            select app.snippet(c.language::regconfig, e.content, app.words_asked(c.language::regconfig, words, true))
            from public.embedding_choices c where c.organization_id = organization)
            else left(e.content, 200) end,
          'metadata', e.metadata, 'score', l.final, 'vectorRank', l.vector_rank, 'vectorScore', l.vector_score,
          'keywordRank', l.keyword_rank, 'keywordScore', l.keyword_score,
          'unboosted', l.score, 'engagement', l.engagement, 'factor', l.factor) order by l.number)
        from listed l join public.embeddings e on e.organization_id = organization and e.id = l.id), '[]');
end
$$;
comment on function app.similar(uuid, int, text, real[], text, uuid, text, int, double precision, text[], text[], timestamptz, timestamptz,
  jsonb, int, double precision, double precision, text, double precision, interval, text) is
  'Entities like an entity, a vector or a text, as one row: how they were found, by how many vectors, whether there are more, how many the lists by vectors and by words have, and the matches. mode: vector, keyword or hybrid.';

-- Its parameters and columns are named as in the source, whose callers name them.
create function find_similar_content(
  input_entity_type text, input_entity_id uuid, similarity_threshold double precision default 0.8, max_results int default 10)
returns table (entity_type text, entity_id uuid, source_field text, similarity_score double precision, metadata jsonb)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select lower(m."entityType"), m."entityId", m."sourceField", m.score, m.metadata
  from (
    select distinct e.organization_id, s.space_id
    from public.embeddings e
    join public.embedding_choices c on c.organization_id = e.organization_id
    join public.embedding_models s on s.organization_id = e.organization_id and s.name = c.model
    where e.entity_type = lower(input_entity_type) and e.entity_id = input_entity_id
  ) o
  cross join lateral app.similar(o.organization_id, o.space_id, 'vector', null, lower(input_entity_type), input_entity_id, null, greatest(max_results, 1), similarity_threshold,
    null, null, null, null, null, 60, 1, 1, null, null, null, null) a
  cross join lateral jsonb_to_recordset(a.matches)
    m("entityType" text, "entityId" uuid, "sourceField" text, score double precision, metadata jsonb)
  order by m.score desc
  limit max_results
$$;
comment on function find_similar_content(text, uuid, double precision, int) is
  'The entities nearest to one, best chunk each, by the model that answers for its organization; nearest first, then those below the threshold are left out.';

-- ---- The wall: everybody in the organization reads, editors write; members write what belongs to AI context, which they log

call app.protect('embedding_spaces', worker => 'all', guard => 'all');
call app.protect('embedding_models', reads => 'viewer', inserts => 'member', deletes => 'editor',
  worker => 'all', guard => 'all');
call app.protect('embedding_choices', reads => 'viewer', updates => 'admin', worker => 'all', guard => 'all');
call app.protect('embeddings', reads => 'viewer', worker => 'all', guard => 'all');

create policy embeddings_insert on embeddings for insert to pulsegraph_api
  with check (organization_id = any ((select app.organizations_where('editor'))::uuid[])
    or entity_type = 'ai_context' and organization_id = any ((select app.organizations_where('member'))::uuid[]));
create policy embeddings_update on embeddings for update to pulsegraph_api
  using (organization_id = any ((select app.organizations_where('editor'))::uuid[])
    or entity_type = 'ai_context' and organization_id = any ((select app.organizations_where('member'))::uuid[]));
create policy embeddings_delete on embeddings for delete to pulsegraph_api
  using (organization_id = any ((select app.organizations_where('editor'))::uuid[])
    or entity_type = 'ai_context' and organization_id = any ((select app.organizations_where('member'))::uuid[]));

grant select, insert on embedding_spaces to pulsegraph_guard;
grant select on embedding_spaces to pulsegraph_worker;
grant select, delete, insert (organization_id, name, dimensions) on embedding_models to pulsegraph_api, pulsegraph_worker;
grant select on embedding_models to pulsegraph_guard;
grant select on embedding_choices to pulsegraph_api, pulsegraph_worker, pulsegraph_guard;
grant insert on embedding_choices to pulsegraph_guard;
grant update (next_model, language) on embedding_choices to pulsegraph_api;
grant update (model, next_model) on embedding_choices to pulsegraph_worker;
grant select, delete on embeddings to pulsegraph_api, pulsegraph_worker;
grant insert (organization_id, id, entity_type, entity_id, source_field, chunk_index, space_id, vector_data, content, metadata, made),
  update (vector_data, content, search, metadata, made) on embeddings to pulsegraph_api, pulsegraph_worker;
grant select on embeddings to pulsegraph_guard;
-- Which is set for it. To hold rows of posts while their embeddings are written takes the right to change something of them.
grant update (updated_at) on posts_core to pulsegraph_worker;
grant execute on function app.unspaced_letter(), app.search_text(text, boolean), app.words_asked(regconfig, text, boolean),
  app.snippet(regconfig, text, tsquery), app.dot(real[], real[]), app.dot_expression(real[]), app.vector_schema(), app.embedding_index_is_ready(int),
  app.most_chunks_compared(), app.exact_search_limit(), app.lock_embeddings(uuid, boolean), app.begin_embedding_batch(), app.take_embedding_batch(uuid),
  app.drop_embeddings(uuid, text, uuid, text, text),
  app.nearest_entities(uuid, int, real[], int, text, uuid, text[], text[], timestamptz, timestamptz, jsonb, text),
  app.entities_with_words(uuid, int, text, boolean, int, text[], text[], timestamptz, timestamptz, jsonb),
  app.similar(uuid, int, text, real[], text, uuid, text, int, double precision, text[], text[], timestamptz, timestamptz,
    jsonb, int, double precision, double precision, text, double precision, interval, text),
  find_similar_content(text, uuid, double precision, int)
  to pulsegraph_api, pulsegraph_worker;

-- Whoever looks for spaces without an index looks as the guard.
grant execute on function app.exact_search_limit(), app.embedding_index_is_ready(int) to pulsegraph_guard;
-- As does whoever finds words.
grant execute on function app.unspaced_letter(), app.search_text(text, boolean), app.words_asked(regconfig, text, boolean)
  to pulsegraph_guard;

create trigger organizations_begin_embeddings after insert on organizations
  for each row execute function app.begin_embeddings();
-- Organizations that are there already. Forced row security shows them to the guard, not to the owner.
set local role pulsegraph_guard;
insert into embedding_choices (organization_id) select id from organizations;
reset role;
