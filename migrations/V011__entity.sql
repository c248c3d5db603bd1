-- package: entity
-- What features share: kinds of entities, and how texts are read for their words.

-- ---- Entities: what metrics, features and embeddings may be about

create function app.is_entity_type(name text) returns boolean
language sql immutable parallel safe as $$
  select name in ('post', 'user', 'account', 'hashtag', 'campaign', 'chat', 'dm', 'template', 'content_idea', 'niche', 'ai_context')
$$;
comment on function app.is_entity_type(text) is 'Whether it is a kind of entity that metrics, features and embeddings may be about.';

-- Some kinds are rows here, and only what is there may be written about; others are known elsewhere. Statements are looked
-- at when they first run, by when all tables of this function are made.
-- Each is looked up by its key, however few rows the planner believes an organization to have.
create function app.unknown_entities(organization uuid, entity_types text[], entities uuid[])
returns table (entity_type text, entity_id uuid, reason text)
language plpgsql stable rows 10 set search_path = pg_catalog, pg_temp as $$
begin
  return query
    select e.type, e.id, 'entity: there is no such post.'
    from unnest(entity_types, entities) e(type, id)
    where e.type = 'post'
      and (select true from public.posts_core p where p.organization_id = organization and p.id = e.id limit 1) is null;
  return query
    select e.type, e.id, 'entity: there is no such member.'
    from unnest(entity_types, entities) e(type, id)
    where e.type = 'user'
      and (select true from public.organization_members m where m.organization_id = organization and m.user_id = e.id limit 1) is null;
  if 'ai_context' = any (entity_types) then
    return query
      select e.type, e.id, 'entity: there is no such AI context.'
      from unnest(entity_types, entities) e(type, id)
      where e.type = 'ai_context'
        and (select true from public.ai_context_logs l where l.organization_id = organization and l.id = e.id limit 1) is null;
  end if;
end
$$;
comment on function app.unknown_entities(uuid, text[], uuid[]) is
  'Which of these entities are kept here and are not there, with the sentence to reject what is said about them.';
grant execute on function app.is_entity_type(text), app.unknown_entities(uuid, text[], uuid[])
  to pulsegraph_api, pulsegraph_worker, pulsegraph_guard;

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
create function app.search_text(content text, is_query boolean) returns text
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
  letter constant text := app.unspaced_letter();
  plain text := content;
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
  if is_query then
    -- A phrase already, where somebody wrote quotation marks.
    select string_agg(
      case when s.number % 2 = 1 then regexp_replace(s.part, '(' || letter || '+)', '"\1"', 'g') else s.part end, '"' order by s.number)
    into plain
    from regexp_split_to_table(plain, '"') with ordinality s(part, number);
  end if;
  plain := regexp_replace(plain, '(' || letter || ')', '\1\1', 'g');
  plain := regexp_replace(plain, '(?<!' || letter || ')' || letter, case when is_query then '' else ' ' end, 'g');
  plain := regexp_replace(plain, '(' || letter || letter || ')', '\1 ', 'g');
  return case when is_query
    then regexp_replace(plain, '(' || letter || letter || ') ' || letter || '(?!' || letter || ')', '\1', 'g')
    else regexp_replace(plain, '(' || letter || ')(?!' || letter || '| )', '\1 ', 'g') end;
end
$$;
comment on function app.search_text(text, boolean) is
  'A text as text search takes it, on a database of any locale: in small letters, with spaces for what is no letter beyond ASCII, and pairs of letters where a script has no spaces.';

create function app.search_query(language regconfig, words text, is_any boolean) returns tsquery
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
comment on function app.search_query(regconfig, text, boolean) is
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
grant execute on function app.unspaced_letter(), app.search_text(text, boolean),
  app.search_query(regconfig, text, boolean), app.snippet(regconfig, text, tsquery)
  to pulsegraph_api, pulsegraph_worker, pulsegraph_guard;
