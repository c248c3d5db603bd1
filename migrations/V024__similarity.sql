-- package: similarity
-- Similarity: the search for what is near in meaning or in words.

-- ---- Words

create function app.set_search_vector() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.content is null then
    new.content_hash := null;
    new.search := null;
  elsif tg_op = 'INSERT' or new.content is distinct from old.content or new.search is null then
    new.content_hash := pg_catalog.sha256(pg_catalog.convert_to(new.content, 'UTF8'));
    new.search := pg_catalog.to_tsvector(
      (select c.language::regconfig from public.embedding_settings c where c.organization_id = new.organization_id),
      app.search_text(new.content, false));
  end if;
  return new;
end
$$;
comment on function app.set_search_vector() is 'Keeps hash and words of a text true whoever writes it.';
alter function app.set_search_vector() owner to pulsegraph_guard;
create trigger embeddings_set_search_vector before insert or update of content, search on embeddings
  for each row execute function app.set_search_vector();

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

create function app.max_compared_chunks() returns int
language sql immutable parallel safe as $$ select 100 $$;
comment on function app.max_compared_chunks() is
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

create type app.search_options as (
  mode text,
  source_type text,
  source_id uuid,
  words text,
  first int,
  threshold double precision,
  entity_types text[],
  platforms text[],
  published_from timestamptz,
  published_to timestamptz,
  metadata jsonb,
  fusion_k int,
  vector_weight double precision,
  keyword_weight double precision,
  boost_metric text,
  boost_weight double precision,
  boost_half_life interval,
  plan text,
  near_sources int,
  near_ids uuid[],
  near_scores double precision[]
);
comment on type app.search_options is
  'What app.similar is asked for, read once of its jsonb. What is null, or not there, is not asked for.';
comment on column app.search_options.mode is 'vector, keyword or hybrid: which lists are made, one or both.';
comment on column app.search_options.source_type is 'With source_id the entity whose vectors are searched for; it is no match itself.';
comment on column app.search_options.words is 'What is searched for by words: all of them in keyword mode, any in hybrid mode.';
comment on column app.search_options.first is 'How many matches are wanted.';
comment on column app.search_options.threshold is 'The cosine that matches by vectors have at least.';
comment on column app.search_options.platforms is 'Posts of any of them, as published_from and published_to narrow down to posts of a time.';
comment on column app.search_options.metadata is 'An object that the metadata of matches contain.';
comment on column app.search_options.fusion_k is 'With vector_weight and keyword_weight how ranks are fused in hybrid mode: the sum of weight / (k + rank).';
comment on column app.search_options.boost_metric is
  'A COUNTER or DELTA whose growth raises a score by up to boost_weight; it counts half after each boost_half_life.';
comment on column app.search_options.plan is 'exact: compare all vectors; index: walk the index; null: whichever is best.';
comment on column app.search_options.near_ids is
  'With near_scores the nearest by vectors, best chunk of an entity each, where the caller has compared near_sources vectors with all that match.';

-- What a match must be. Conditions are left out that are not asked for, so that the planner knows what the others let through.
create function app.candidate_conditions(space int, options app.search_options) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select format('e.organization_id = $1 and e.space_id = %s and e.vector_data is not null', space)
    || case when options.entity_types is not null then ' and e.entity_type = any ($3.entity_types)' else '' end
    || case when options.source_id is not null then ' and not (e.entity_type = $3.source_type and e.entity_id = $3.source_id)' else '' end
    || case when options.metadata is not null then ' and e.metadata @> $3.metadata' else '' end
    || case when coalesce(options.platforms::text, options.published_from::text, options.published_to::text) is null then ''
      else ' and exists (select from public.posts_core p where p.organization_id = e.organization_id and p.id = e.post_id'
        || case when options.platforms is not null then ' and p.platforms && $3.platforms' else '' end
        || case when options.published_from is not null then ' and p.published_at >= $3.published_from' else '' end
        || case when options.published_to is not null then ' and p.published_at < $3.published_to' else '' end
        || ')' end
$$;
comment on function app.candidate_conditions(int, app.search_options) is
  'SQL that says of embeddings e whether a search may answer it, with the organization as $1 and app.search_options as $3.';

-- The one statement that is put together as text, because constants make it four times as fast: the numbers of the vector
-- (app.dot_expression), where there is no extension; and with it, the type that the index was built for, which holds the
-- number of dimensions. Whatever a caller wrote stays a parameter:
--   $1 organization, $2 the vector, $3 app.search_options, $4 how many chunks, $5 how many entities.
create function app.nearest_entities_statement(
  space int, query real[], options app.search_options, extension text, by_index boolean) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  dimensions constant int := cardinality(query);
  conditions constant text := app.candidate_conditions(space, options);
  score constant text := case when extension is null then app.dot_expression(query)
    else format('-(e.vector_data::%1$I.vector(%2$s) operator(%1$I.<#>) $2::%1$I.vector(%2$s))', extension, dimensions) end;
  candidates constant text := case when by_index
    then format('(select e.id, e.entity_type, e.entity_id, e.vector_data from public.embeddings e where %1$s'
      || ' order by e.vector_data::%2$I.halfvec(%3$s) operator(%2$I.<=>) $2::%2$I.halfvec(%3$s) limit $4)', conditions, extension, dimensions)
    -- To join nothing to a vector reads it once, where it is compressed or stored apart; otherwise each of its numbers would.
    else format('(select e.id, e.entity_type, e.entity_id, e.vector_data || ''{}''::real[] as vector_data'
      || ' from public.embeddings e where %1$s offset 0)', conditions) end;
begin
  return format($statement$
    with chunks as materialized (
      select e.id, e.entity_type, e.entity_id, %s as score from %s e order by 4 desc, 1 limit $4
    ),
    best as (
      select distinct on (c.entity_type, c.entity_id) c.id, c.score from chunks c order by c.entity_type, c.entity_id, c.score desc, c.id
    ),
    kept as (select b.id, b.score from best b order by b.score desc, b.id limit $5)
    select array_agg(k.id order by k.score desc, k.id), array_agg(k.score order by k.score desc, k.id), (select count(*) from chunks)
    from kept k$statement$, score, candidates);
end
$$;
comment on function app.nearest_entities_statement(int, real[], app.search_options, text, boolean) is
  'The statement of app.nearest_entities: ids and scores of the nearest entities, best first, and how many chunks were looked at. extension: as app.vector_schema answers.';

-- The nearest entities to one vector, by their best chunk. The same statement answers with and without an index; only its
-- order and the score differ. Chunks are asked for until enough entities have come, and an index that has no more to say
-- before that is not believed: all candidates are compared instead. So whoever gets fewer than he asked for knows there are
-- no more.
create function app.nearest_entities(organization uuid, space int, query real[], depth int, options app.search_options)
returns table (id uuid, score double precision, by_index boolean)
language plpgsql stable set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  extension constant text := app.vector_schema();
  statement text;
  wanted int := 2 * depth + 20;
  ids uuid[];
  scores double precision[];
  chunks int;
  sorting text;
begin
  by_index := extension is not null and cardinality(query) <= 4000 and options.plan is distinct from 'exact'
    and app.embedding_index_is_ready(space)
    and (options.plan = 'index' or app.exact_search_limit() < (
      select count(*) from (
        select from public.embeddings e
        where e.organization_id = organization and e.space_id = space and e.vector_data is not null
          and (options.entity_types is null or e.entity_type = any (options.entity_types))
        limit app.exact_search_limit() + 1) x));
  if by_index then
    perform set_config('hnsw.iterative_scan', 'relaxed_order', true),
      set_config('hnsw.ef_search', '100', true),
      set_config('hnsw.max_scan_tuples', '20000', true);
  end if;
  statement := app.nearest_entities_statement(space, query, options, extension, by_index);

  loop
    if by_index then
      -- To sort all candidates may look cheaper than to walk the index.
      sorting := current_setting('enable_sort');
      perform set_config('enable_sort', 'off', true);
    end if;
    execute statement into ids, scores, chunks using organization, query, options, wanted, depth;
    if by_index then
      perform set_config('enable_sort', sorting, true);
    end if;
    exit when coalesce(cardinality(ids), 0) >= depth;
    if chunks < wanted then
      exit when not by_index or options.plan = 'index';
      by_index := false;
      statement := app.nearest_entities_statement(space, query, options, extension, by_index);
    else
      wanted := wanted * 8;
    end if;
  end loop;
  -- Rounding may have made a cosine a little more than 1.
  return query select n.id, greatest(-1, least(1, n.score)), nearest_entities.by_index from unnest(ids, scores) n(id, score);
end
$$;
comment on function app.nearest_entities(uuid, int, real[], int, app.search_options) is
  'The nearest entities to a vector of unit length, each by its best chunk, with cosine and how they were found.';

-- Full text search needs its index, which under row security only whoever is not subject to it can use. It looks into one
-- organization, which must be one of the caller's, and answers ids; the caller reads them under its own policies.
create function app.search_entities(organization uuid, space int, depth int, options app.search_options)
returns table (id uuid, score double precision)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off set plan_cache_mode = force_custom_plan as $$
declare
  is_any constant boolean := options.mode = 'hybrid';
  query tsquery;
begin
  if not organization = any (app.readable_organizations()) then
    return;
  end if;
  select app.search_query(s.language::regconfig, options.words, is_any) into query
  from public.embedding_settings s where s.organization_id = organization;
  return query
    with chunks as (
      select distinct on (e.entity_type, e.entity_id) e.id,
        (case when is_any and numnode(query) > 1 then ts_rank(e.search, query, 1) else ts_rank_cd(e.search, query, 1) end)::double precision as score
      from public.embeddings e
      where e.organization_id = organization and e.space_id = space and e.search @@ query
        and (options.entity_types is null or e.entity_type = any (options.entity_types))
        and (options.metadata is null or e.metadata @> options.metadata)
        and (coalesce(options.platforms::text, options.published_from::text, options.published_to::text) is null or exists (
          select from public.posts_core p
          where p.organization_id = e.organization_id and p.id = e.post_id
            and (options.platforms is null or p.platforms && options.platforms)
            and (options.published_from is null or p.published_at >= options.published_from)
            and (options.published_to is null or p.published_at < options.published_to)))
      order by e.entity_type, e.entity_id, 2 desc, e.id
    )
    select c.id, c.score from chunks c order by c.score desc, c.id limit depth;
end
$$;
comment on function app.search_entities(uuid, int, int, app.search_options) is
  'The entities of an organization the caller may read that hold all these words, each by its best chunk, by ts_rank_cd; or any of several, by ts_rank, which counts how many.';
alter function app.search_entities(uuid, int, int, app.search_options) owner to pulsegraph_guard;

create function app.source_vectors(organization uuid, space int, source_type text, source_id uuid) returns setof real[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select c.vector_data
  from (
    select e.vector_data, row_number() over (order by e.source_field, e.chunk_index) - 1 as number, count(*) over () as chunks
    from public.embeddings e
    where e.organization_id = organization and e.entity_type = source_type and e.entity_id = source_id
      and e.space_id = space and e.vector_data is not null) c
  where c.chunks <= app.max_compared_chunks()
    or c.number * app.max_compared_chunks() / c.chunks > (c.number - 1) * app.max_compared_chunks() / c.chunks
    or c.number = 0
$$;
comment on function app.source_vectors(uuid, int, text, uuid) is
  'The vectors of an entity, each of which is searched for; of an entity of very many chunks, some all along it.';

create function app.similar(organization uuid, space int, query real[], options jsonb)
returns table (strategy text, sources int, more boolean, vector_candidates int, keyword_candidates int, matches jsonb)
language plpgsql stable set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  o constant app.search_options := jsonb_populate_record(null::app.search_options, options);
  -- What is fused or boosted may come from further down than it ends up.
  depth constant int := case when o.mode = 'vector' and o.boost_metric is null then o.first + 1 else greatest(100, 4 * o.first) end;
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
  if o.boost_metric is not null and not exists (
    select from public.metric_definitions d
    where d.organization_id = organization and d.name = o.boost_metric and d.kind in ('counter', 'delta')) then
    raise exception 'boost: "%" is not a COUNTER or DELTA metric of this organization; see metricDefinitions.', left(o.boost_metric, 60)
      using errcode = 'PG400';
  end if;
  if o.mode <> 'keyword' and o.near_sources is not null then
    vectors := o.near_sources;
    near_ids := o.near_ids;
    near_scores := o.near_scores;
  elsif o.mode <> 'keyword' then
    for chunk in
      select query where query is not null
      union all
      select v.vector_data from app.source_vectors(organization, space, o.source_type, o.source_id) v(vector_data) where query is null
    loop
      select coalesce(array_agg(n.id), '{}'), coalesce(array_agg(n.score), '{}'), coalesce(bool_or(n.by_index), false)
      into ids, scores, by_index
      from app.nearest_entities(organization, space, chunk, depth, o) n;
      vectors := vectors + 1;
      near_ids := near_ids || ids;
      near_scores := near_scores || scores;
      indexed := indexed or by_index;
    end loop;
  end if;
  if o.mode <> 'vector' then
    select array_agg(w.id), array_agg(w.score) into word_ids, word_scores
    from app.search_entities(organization, space, depth, o) w;
  end if;
  return query
    with near as (
      select distinct on (e.entity_type, e.entity_id) e.entity_type, e.entity_id, e.id, n.score
      from unnest(near_ids, near_scores) n(id, score)
      join public.embeddings e on e.organization_id = organization and e.id = n.id
      order by e.entity_type, e.entity_id, n.score desc, e.id
    ),
    near_list as (
      select n.*, row_number() over (order by n.score desc, n.id) as rank from near n order by n.score desc, n.id limit depth
    ),
    word_list as (
      select e.entity_type, e.entity_id, e.id, w.score, row_number() over (order by w.score desc, w.id) as rank
      from unnest(word_ids, word_scores) w(id, score)
      join public.embeddings e on e.organization_id = organization and e.id = w.id
    ),
    fused as (
      select coalesce(n.entity_type, w.entity_type) as entity_type, coalesce(n.entity_id, w.entity_id) as entity_id,
        coalesce(n.id, w.id) as id, n.rank as vector_rank, n.score as vector_score, w.rank as keyword_rank, w.score as keyword_score,
        case o.mode
          when 'vector' then n.score
          when 'keyword' then w.score
          else coalesce(o.vector_weight / (o.fusion_k + n.rank), 0) + coalesce(o.keyword_weight / (o.fusion_k + w.rank), 0)
        end as score
      from (select * from near_list l where o.threshold is null or l.score >= o.threshold) n
      full join word_list w on w.entity_type = n.entity_type and w.entity_id = n.entity_id
    ),
    engaged as (
      select f.*, g.engagement, coalesce(ln(1 + g.engagement) / nullif(ln(1 + max(g.engagement) over ()), 0), 0) as share
      from fused f
      left join lateral (
        select greatest(coalesce(sum(
          app.metric_value('sum', d.kind, r.samples, r.sum, r.min, r.max, r.last, 1, r.growth)::double precision
            * power(0.5::double precision, extract(epoch from now() - r.bucket) / extract(epoch from o.boost_half_life))), 0), 0) as engagement
        from public.metric_series s
        join public.metric_definitions d on d.organization_id = s.organization_id and d.name = s.metric
        join public.metric_rollups r on r.organization_id = s.organization_id and r.series_id = s.id
          and r.tier = 1440 and r.bucket > now() - 20 * o.boost_half_life
        where s.organization_id = organization and s.entity_type = f.entity_type and s.entity_id = f.entity_id and s.metric = o.boost_metric
      ) g on o.boost_metric is not null
    ),
    boosted as (
      select e.*, 1 + o.boost_weight * e.share as factor,
        case when o.boost_metric is null then e.score
          when e.score >= 0 then e.score * (1 + o.boost_weight * e.share)
          else e.score / (1 + o.boost_weight * e.share) end as final
      from engaged e
    ),
    listed as (select b.*, row_number() over (order by b.final desc, b.id) as number from boosted b order by b.final desc, b.id limit o.first)
    select
      case when o.mode <> 'vector' then o.mode when indexed then 'hnsw' else 'exact' end,
      vectors,
      (select count(*) from fused) > o.first
        or (depth > o.first + 1 and ((select count(*) from near_list l where o.threshold is null or l.score >= o.threshold) >= depth
          or coalesce(cardinality(word_ids), 0) >= depth)),
      case when o.mode <> 'keyword' then (select count(*)::int from near_list l where o.threshold is null or l.score >= o.threshold) end,
      case when o.mode <> 'vector' then coalesce(cardinality(word_ids), 0) end,
      coalesce((
        select jsonb_agg(jsonb_build_object(
          'id', e.id, 'entityType', upper(e.entity_type), 'entityId', e.entity_id, 'sourceField', e.source_field, 'chunkIndex', e.chunk_index,
          'snippet', case when l.keyword_rank is not null then (
            select app.snippet(c.language::regconfig, e.content, app.search_query(c.language::regconfig, o.words, true))
            from public.embedding_settings c where c.organization_id = organization)
            else left(e.content, 200) end,
          'metadata', e.metadata, 'score', l.final, 'vectorRank', l.vector_rank, 'vectorScore', l.vector_score,
          'keywordRank', l.keyword_rank, 'keywordScore', l.keyword_score,
          'unboosted', l.score, 'engagement', l.engagement, 'factor', l.factor) order by l.number)
        from listed l join public.embeddings e on e.organization_id = organization and e.id = l.id), '[]');
end
$$;
comment on function app.similar(uuid, int, real[], jsonb) is
  'Entities like an entity, a vector or a text, as one row: how they were found, by how many vectors, whether there are more, how many the lists by vectors and by words have, and the matches. query: a vector of unit length, null where an entity or words are searched for; options: the fields of app.search_options.';

-- Its parameters and columns are named as in the source, whose callers name them.
create function find_similar_content(
  input_entity_type text, input_entity_id uuid, similarity_threshold double precision default 0.8, max_results int default 10)
returns table (entity_type text, entity_id uuid, source_field text, similarity_score double precision, metadata jsonb)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select lower(m."entityType"), m."entityId", m."sourceField", m.score, m.metadata
  from (
    select distinct e.organization_id, s.space_id
    from public.embeddings e
    join public.embedding_settings c on c.organization_id = e.organization_id
    join public.embedding_models s on s.organization_id = e.organization_id and s.name = c.model
    where e.entity_type = lower(input_entity_type) and e.entity_id = input_entity_id
  ) o
  cross join lateral app.similar(o.organization_id, o.space_id, null, jsonb_build_object('mode', 'vector',
    'source_type', lower(input_entity_type), 'source_id', input_entity_id, 'first', greatest(max_results, 1), 'threshold', similarity_threshold)) a
  cross join lateral jsonb_to_recordset(a.matches)
    m("entityType" text, "entityId" uuid, "sourceField" text, score double precision, metadata jsonb)
  order by m.score desc
  limit max_results
$$;
comment on function find_similar_content(text, uuid, double precision, int) is
  'The entities nearest to one, best chunk each, by the model that answers for its organization; nearest first, then those below the threshold are left out.';
grant execute on function app.dot_expression(real[]), app.candidate_conditions(int, app.search_options),
  app.vector_schema(), app.embedding_index_is_ready(int), app.max_compared_chunks(), app.exact_search_limit(),
  app.nearest_entities_statement(int, real[], app.search_options, text, boolean),
  app.nearest_entities(uuid, int, real[], int, app.search_options), app.search_entities(uuid, int, int, app.search_options),
  app.source_vectors(uuid, int, text, uuid), app.similar(uuid, int, real[], jsonb),
  find_similar_content(text, uuid, double precision, int) to pulsegraph_api, pulsegraph_worker;

-- Whoever looks for spaces without an index looks as the guard.
grant execute on function app.exact_search_limit(), app.embedding_index_is_ready(int) to pulsegraph_guard;
