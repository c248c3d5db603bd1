-- Similarity: the search for what is near in meaning or in words.

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
grant execute on function app.unspaced_letter(), app.search_text(text, boolean),
  app.words_asked(regconfig, text, boolean), app.snippet(regconfig, text, tsquery), app.dot_expression(real[]),
  app.vector_schema(), app.embedding_index_is_ready(int), app.most_chunks_compared(), app.exact_search_limit(),
  app.nearest_entities(uuid, int, real[], int, text, uuid, text[], text[], timestamptz, timestamptz, jsonb, text),
  app.entities_with_words(uuid, int, text, boolean, int, text[], text[], timestamptz, timestamptz, jsonb),
  app.similar(uuid, int, text, real[], text, uuid, text, int, double precision, text[], text[], timestamptz, timestamptz, jsonb, int, double precision, double precision, text, double precision, interval, text),
  find_similar_content(text, uuid, double precision, int) to pulsegraph_api, pulsegraph_worker;

-- Whoever looks for spaces without an index looks as the guard.
grant execute on function app.exact_search_limit(), app.embedding_index_is_ready(int) to pulsegraph_guard;
-- As does whoever finds words.
grant execute on function app.unspaced_letter(), app.search_text(text, boolean), app.words_asked(regconfig, text, boolean)
  to pulsegraph_guard;
