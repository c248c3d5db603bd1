-- package: funnel
-- How far visitors came in a funnel: one scan of the events of a range, one sort, one walk over those of each visitor, whatever
-- the number of steps.
--
-- A mark is an event as a number: its microsecond, shifted by 11 bits, and which steps it matches, 1 for the first, 2 for the
-- second, 512 for the tenth; 1024 for an event that is excluded, which is no step. So sorted marks are events in the order of
-- their times, and of events of the same microsecond in the order of the steps.
--
-- An attempt begins with a first step in the range, and may take as long as the window. A visitor counts once, with the best of
-- their attempts: of those that come furthest the one that gets there first, and of these the one that began last. An answer
-- is the marks of its steps, so its length is how far the visitor came; null for somebody without a first step.

-- A step that nothing is said of matches nothing. Not pinned to a search_path, so that it is inlined, and what is constant
-- costs nothing.
create function app.step_matches(
  type text, name text, path text, click_target text, properties jsonb, context jsonb,
  step_event text, step_path text, step_target text, step_properties jsonpath, step_context jsonpath
) returns boolean
language sql immutable parallel safe as $$
  select case
      when step_event is not null then name = step_event and type in ('track', 'click')
      when step_path is not null then type = 'page' and path like step_path
      when step_target is not null then type = 'click' and click_target = step_target
      else false end
    and (step_properties is null or properties @@ step_properties)
    and (step_context is null or context @@ step_context)
$$;
comment on function app.step_matches(text, text, text, text, jsonb, jsonb, text, text, text, jsonpath, jsonpath) is
  'Whether an event is a step: an event by its name, a view by a pattern of LIKE, or a click by its target, with what it wants of properties.';

create function app.funnel_bits(
  type text, name text, path text, click_target text, properties jsonb, context jsonb,
  event text[], page text[], target text[], property jsonpath[], setting jsonpath[]
) returns int
language sql immutable parallel safe as $$
  select case
    when app.step_matches(type, name, path, click_target, properties, context, event[11], page[11], target[11], property[11], setting[11]) then 1024
    when app.step_matches(type, name, path, click_target, properties, context, event[12], page[12], target[12], property[12], setting[12]) then 1024
    when app.step_matches(type, name, path, click_target, properties, context, event[13], page[13], target[13], property[13], setting[13]) then 1024
    when app.step_matches(type, name, path, click_target, properties, context, event[14], page[14], target[14], property[14], setting[14]) then 1024
    when app.step_matches(type, name, path, click_target, properties, context, event[15], page[15], target[15], property[15], setting[15]) then 1024
    else case when app.step_matches(type, name, path, click_target, properties, context, event[1], page[1], target[1], property[1], setting[1]) then 1 else 0 end
      | case when app.step_matches(type, name, path, click_target, properties, context, event[2], page[2], target[2], property[2], setting[2]) then 2 else 0 end
      | case when app.step_matches(type, name, path, click_target, properties, context, event[3], page[3], target[3], property[3], setting[3]) then 4 else 0 end
      | case when app.step_matches(type, name, path, click_target, properties, context, event[4], page[4], target[4], property[4], setting[4]) then 8 else 0 end
      | case when app.step_matches(type, name, path, click_target, properties, context, event[5], page[5], target[5], property[5], setting[5]) then 16 else 0 end
      | case when app.step_matches(type, name, path, click_target, properties, context, event[6], page[6], target[6], property[6], setting[6]) then 32 else 0 end
      | case when app.step_matches(type, name, path, click_target, properties, context, event[7], page[7], target[7], property[7], setting[7]) then 64 else 0 end
      | case when app.step_matches(type, name, path, click_target, properties, context, event[8], page[8], target[8], property[8], setting[8]) then 128 else 0 end
      | case when app.step_matches(type, name, path, click_target, properties, context, event[9], page[9], target[9], property[9], setting[9]) then 256 else 0 end
      | case when app.step_matches(type, name, path, click_target, properties, context, event[10], page[10], target[10], property[10], setting[10]) then 512 else 0 end
  end
$$;
comment on function app.funnel_bits(text, text, text, text, jsonb, jsonb, text[], text[], text[], jsonpath[], jsonpath[]) is
  'Which of ten steps an event is, and 1024 for one of five exclusions, which is no step; 0 for none.';

-- begun[n] is where the latest attempt began that has done n steps. A later beginning is never worse: the window counts from it.
create function app.walk_ordered(marks bigint[], steps int, length bigint, first bigint, past bigint) returns bigint[]
language plpgsql immutable strict parallel safe as $$
declare
  none constant int[] := array_fill(null::int, array[steps]);
  begun int[] := none;
  reached int := 0;
  best int;
  mark bigint;
  bits int;
  path bigint[];
begin
  for i in 1 + width_bucket(first - 1, marks) .. cardinality(marks) loop
    mark := marks[i];
    bits := mark & 2047;
    if mark >= past then
      exit when begun[1] is null or (mark >> 11) - (marks[begun[1]] >> 11) > length;
    end if;
    if bits = 1024 then
      begun := none;
      continue;
    end if;
    -- From the last step down, so that an event is one step of an attempt.
    for step in reverse least(reached + 1, steps) .. 2 loop
      if bits & (1 << (step - 1)) <> 0 and (mark >> 11) - (marks[begun[step - 1]] >> 11) <= length then
        begun[step] := begun[step - 1];
        if step > reached then
          reached := step;
          best := begun[step];
        end if;
      end if;
    end loop;
    exit when reached = steps;
    if bits & 1 = 1 and mark < past then
      begun[1] := i;
      if reached = 0 then
        reached := 1;
        best := i;
      end if;
    end if;
  end loop;
  if reached = 0 then
    return null;
  end if;
  -- The steps of the best attempt, each as soon as it was done.
  path := marks[best:best];
  for i in best + 1 .. cardinality(marks) loop
    exit when cardinality(path) = reached;
    if marks[i] & (1 << cardinality(path)) <> 0 then
      path := path || marks[i];
    end if;
  end loop;
  return path;
end
$$;
comment on function app.walk_ordered(bigint[], int, bigint, bigint, bigint) is
  'The best attempt among the marks of a visitor, in order: steps one after the other, with anything in between. It begins at mark first or later, before mark past, and takes so many microseconds at most.';

create function app.walk_strict(marks bigint[], steps int, length bigint, first bigint, past bigint) returns bigint[]
language plpgsql immutable strict parallel safe as $$
declare
  reached int := 0;
  best int;
  step int;
begin
  for i in 1 + width_bucket(first - 1, marks) .. cardinality(marks) loop
    exit when marks[i] >= past or reached = steps;
    continue when marks[i] & 1 = 0;
    step := 1;
    while step < steps and marks[i + step] & (1 << step) <> 0 and (marks[i + step] >> 11) - (marks[i] >> 11) <= length loop
      step := step + 1;
    end loop;
    if step > reached then
      reached := step;
      best := i;
    end if;
  end loop;
  return case when reached > 0 then marks[best:best + reached - 1] end;
end
$$;
comment on function app.walk_strict(bigint[], int, bigint, bigint, bigint) is
  'As app.walk_ordered, of all events of a visitor: each step is the next event after the one before.';

-- done[n] is where step n was done last, lowest where an attempt may begin that is not over. An attempt begins with any step.
create function app.walk_any(marks bigint[], steps int, length bigint, first bigint, past bigint) returns bigint[]
language plpgsql immutable strict parallel safe as $$
declare
  none constant int[] := array_fill(null::int, array[steps]);
  done int[] := none;
  lowest int := 1 + width_bucket(first - 1, marks);
  latest int;
  reached int := 0;
  best int;
  bits int;
  so_far int;
  since int;
  path bigint[] := '{}';
begin
  for i in lowest .. cardinality(marks) loop
    bits := marks[i] & 2047;
    if bits = 1024 then
      done := none;
      lowest := i + 1;
      continue;
    end if;
    for step in 1 .. steps loop
      if bits & (1 << (step - 1)) <> 0 then
        done[step] := i;
      end if;
    end loop;
    if marks[i] < past then
      latest := i;
    end if;
    while (marks[i] >> 11) - (marks[lowest] >> 11) > length loop
      lowest := lowest + 1;
    end loop;
    -- What began before the end of the range is over.
    exit when marks[i] >= past and (latest is null or latest < lowest);
    so_far := 0;
    since := latest;
    for step in 1 .. steps loop
      if done[step] >= lowest then
        so_far := so_far + 1;
        since := least(since, done[step]);
      end if;
    end loop;
    if so_far > reached then
      reached := so_far;
      best := since;
    end if;
    exit when reached = steps;
  end loop;
  if reached = 0 then
    return null;
  end if;
  bits := 0;
  for i in best .. cardinality(marks) loop
    for step in 1 .. steps loop
      if marks[i] & (1 << (step - 1)) <> 0 and bits & (1 << (step - 1)) = 0 then
        bits := bits | (1 << (step - 1));
        path := path || marks[i];
      end if;
    end loop;
    exit when cardinality(path) >= reached;
  end loop;
  return path;
end
$$;
comment on function app.walk_any(bigint[], int, bigint, bigint, bigint) is
  'As app.walk_ordered, with steps in any order. An event does all steps that it matches.';

-- Stable, as date_part is, or it would not be inlined.
create function app.microseconds(at timestamptz) returns bigint
language sql stable parallel safe as $$
  select cast(date_part('epoch', at) * 1e6 as bigint)
$$;
comment on function app.microseconds(timestamptz) is 'Microseconds since 1970. Exact up to the year 2255, and faster than extract, which is numeric.';

create function app.json_texts(list jsonb) returns text[]
language sql immutable parallel safe as $$
  select case when jsonb_typeof(list) = 'array' then array(
    select e.one from jsonb_array_elements_text(list) with ordinality e(one, position) order by e.position) end
$$;
comment on function app.json_texts(jsonb) is 'The texts of a list in JSON, of which each may be null; null for what is no list.';

-- ---- The scan. Planned each time, for the values it is asked for: a step that is not there costs nothing, and a table that no
-- step is of is not read.
--
-- scan: {"events": [...], "paths": [...], "targets": [...], "properties": [...], "contexts": [...]}, each of 15 texts or nulls:
-- ten steps, five exclusions; "steps", "ordering" and "length" (microseconds) of the funnel; "from" and "to" of the range, and
-- "previous_from" and "previous_to" of the period compared with, or null; "spans", one or two pairs of times that are read; and
-- "dimension", a column or "properties" or "context", with "keys" into these, or null.
create function app.funnel_attempts(organization uuid, scan jsonb)
returns table (visitor text, previous boolean, marks bigint[], dimension text)
language plpgsql stable set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan set work_mem = '64MB' as $$
declare
  event constant text[] := app.json_texts(scan -> 'events');
  page constant text[] := app.json_texts(scan -> 'paths');
  target constant text[] := app.json_texts(scan -> 'targets');
  property constant jsonpath[] := app.json_texts(scan -> 'properties')::jsonpath[];
  setting constant jsonpath[] := app.json_texts(scan -> 'contexts')::jsonpath[];
  steps constant int := (scan ->> 'steps')::int;
  ordering constant text := scan ->> 'ordering';
  length constant bigint := (scan ->> 'length')::bigint;
  first constant bigint := app.microseconds((scan ->> 'from')::timestamptz) << 11;
  past constant bigint := app.microseconds((scan ->> 'to')::timestamptz) << 11;
  previous_first constant bigint := app.microseconds((scan ->> 'previous_from')::timestamptz) << 11;
  previous_past constant bigint := app.microseconds((scan ->> 'previous_to')::timestamptz) << 11;
  span constant timestamptz[] := app.json_texts(scan -> 'spans')::timestamptz[];
  kind constant text := scan ->> 'dimension';
  keys constant text[] := app.json_texts(scan -> 'keys');
begin
  return query
    select v.visitor, p.previous, w.marks, v.dimensions[array_position(v.marks, w.marks[1])]
    from (
      select m.visitor, array_agg(m.mark order by m.mark, m.dimension) as marks, bit_or(m.mark) as bits,
        case when kind is not null then array_agg(m.dimension order by m.mark, m.dimension) end as dimensions,
        min(m.mark) filter (where m.mark & 1 = 1 and m.mark >= first and m.mark < past) as begun,
        min(m.mark) filter (where m.mark & 1 = 1 and m.mark >= previous_first and m.mark < previous_past) as previous_begun
      from (
        select e.canonical_visitor as visitor, (app.microseconds(e.at) << 11) | e.bits as mark,
          case when kind is not null and (e.bits & 1 = 1 or ordering = 'any') then left(coalesce(case kind
            when 'userCode' then e.user_code
            when 'shareCode' then e.share_code
            when 'contactId' then e.contact_id
            when 'pageType' then e.page_type
            when 'context' then e.context #>> keys
            else e.properties #>> keys end, ''), 200) end as dimension
        from (
          select e.canonical_visitor, e.at, e.user_code, e.share_code, e.contact_id, e.page_type, e.properties, e.context,
            app.funnel_bits(e.type, e.name, e.path, e.click_target, e.properties, e.context, event, page, target, property, setting) as bits
          from public.product_events e
          where e.organization_id = organization
            and (e.at >= span[1] and e.at < span[2] or e.at >= span[3] and e.at < span[4])
            -- The cheapest conditions first: which events can be a step at all.
            and (ordering = 'strict' or e.name = any (event) or e.path like any (page) or e.click_target = any (target))
        ) e
        where ordering = 'strict' or e.bits <> 0
      ) m
      group by m.visitor
    ) v
    cross join lateral (values (false, first, past, v.begun), (true, previous_first, previous_past, v.previous_begun)) p(previous, first, past, begun)
    cross join lateral (
      select case
        when ordering = 'any' then app.walk_any(v.marks, steps, length, p.first, p.past)
        -- Most visitors do the first step and nothing more, or not even that: no walk is needed to see it.
        when p.begun is null then null
        when v.bits & 2 = 0 then array[p.begun]
        when ordering = 'strict' then app.walk_strict(v.marks, steps, length, p.first, p.past)
        else app.walk_ordered(v.marks, steps, length, p.first, p.past) end as marks
      offset 0) w
    where w.marks is not null;
end
$$;
comment on function app.funnel_attempts(uuid, jsonb) is
  'The best attempt of each visitor in a range, and in the period before it, as marks; with what a dimension says of its first event.';

grant execute on function app.step_matches(text, text, text, text, jsonb, jsonb, text, text, text, jsonpath, jsonpath),
  app.funnel_bits(text, text, text, text, jsonb, jsonb, text[], text[], text[], jsonpath[], jsonpath[]),
  app.walk_ordered(bigint[], int, bigint, bigint, bigint), app.walk_strict(bigint[], int, bigint, bigint, bigint),
  app.walk_any(bigint[], int, bigint, bigint, bigint),
  app.microseconds(timestamptz), app.json_texts(jsonb), app.funnel_attempts(uuid, jsonb)
  to pulsegraph_api;
