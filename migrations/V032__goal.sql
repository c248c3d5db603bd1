-- package: goal
-- Goals: what visitors are meant to do, and how many of them do.

create table goals (
  organization_id uuid not null,
  id uuid not null default gen_random_uuid(),
  name text not null,
  event text,
  path text,
  click_target text,
  conditions jsonb not null default '[]',
  value text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint goals_pkey primary key (organization_id, id),
  constraint goals_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint goals_name_key unique (organization_id, name),
  constraint goals_name_length check (length(name) <= 200 and not app.is_blank(name)),
  constraint goals_is_one_step check (num_nonnulls(event, path, click_target) = 1),
  constraint goals_step_length check (
    length(event) between 1 and 255 or length(path) between 1 and 500 or length(click_target) between 1 and 255),
  constraint goals_conditions_length check (jsonb_typeof(conditions) = 'array' and app.json_length(conditions) <= 65536),
  constraint goals_value_length check (length(value) between 1 and 200)
);
comment on table goals is 'What visitors are meant to do: an event, a view or a click, with conditions on properties.';
comment on column goals.path is 'Path of a page, with * for any characters.';
comment on column goals.conditions is 'A list of {"path": "plan", "op": "EQ", "value": "pro"}.';
comment on column goals.value is 'Path of the property whose sum is the revenue.';
comment on constraint goals_name_key on goals is 'name: already taken.';
comment on constraint goals_name_length on goals is 'name: 1 to 200 characters, not only blanks.';
comment on constraint goals_conditions_length on goals is 'where: at most 65536 characters as JSON.';

create trigger goals_touch before update on goals for each row execute function app.set_updated_at();

create trigger goals_enforce_limit before insert on goals for each row execute function app.enforce_row_limit('goals');

-- ---- Conversions: one scan of the events of a range and of the period before it, whatever the number of goals. Planned each
-- time, for the values it is asked for. An event is compared only with goals of its name or its target, which two hash joins
-- find, and a view with those that have a path.
--
-- scan: {"goals": [{"event": ..., "path": a pattern of LIKE, "target": ..., "properties": ..., "context": ..., "of_context": whether
-- the value is in the context, "keys": of the value}, ...], "from": ..., "edge": ..., "to": ...}. What is before the edge is the
-- period compared with. An answer has the position of a goal from 1; position 0 is everybody.
create function app.count_conversions(organization uuid, scan jsonb)
returns table ("position" int, previous boolean, visitors bigint, conversions bigint, revenue double precision)
language plpgsql stable set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan set work_mem = '64MB' as $$
declare
  event constant text[] := app.json_texts(jsonb_path_query_array(scan, '$.goals[*].event'));
  page constant text[] := app.json_texts(jsonb_path_query_array(scan, '$.goals[*].path'));
  target constant text[] := app.json_texts(jsonb_path_query_array(scan, '$.goals[*].target'));
  property constant jsonpath[] := app.json_texts(jsonb_path_query_array(scan, '$.goals[*].properties'))::jsonpath[];
  setting constant jsonpath[] := app.json_texts(jsonb_path_query_array(scan, '$.goals[*].context'))::jsonpath[];
  of_context constant boolean[] := app.json_texts(jsonb_path_query_array(scan, '$.goals[*].of_context'))::boolean[];
  keys constant jsonb[] := array(select jsonb_path_query(scan, '$.goals[*].keys'));
  pages constant int[] := array(select g.position::int from unnest(page) with ordinality g(path, position) where g.path is not null);
  since constant timestamptz := scan ->> 'from';
  edge constant timestamptz := scan ->> 'edge';
  until constant timestamptz := scan ->> 'to';
begin
  return query
    with named as materialized (
      select g.name, array_agg(g.position::int) as positions
      from unnest(event) with ordinality g(name, position) where g.name is not null group by g.name
    ),
    targeted as materialized (
      select g.click_target, array_agg(g.position::int) as positions
      from unnest(target) with ordinality g(click_target, position) where g.click_target is not null group by g.click_target
    )
    select v.position, v.previous, count(*), sum(v.conversions)::bigint,
      least(greatest(coalesce(sum(v.amount), 0), -1.7e308), 1.7e308)::double precision
    from (
      select e.canonical_visitor, e.previous, d.position, count(*) as conversions, sum(d.amount) as amount
      from (
        select e.canonical_visitor, e.at < edge as previous, e.type, e.name, e.path, e.click_target, e.properties, e.context
        from public.product_events e
        where e.organization_id = organization and e.at >= since and e.at < until) e
      left join named n on n.name = e.name
      left join targeted t on t.click_target = e.click_target
      cross join lateral (
        select 0 as position, null::numeric as amount
        union all
        select g.position, case when jsonb_typeof(p.value) = 'number' then p.value::numeric end
        from unnest(n.positions || t.positions || case when e.path is not null then pages end) g(position)
        cross join lateral (
          select case when of_context[g.position] then e.context else e.properties end #> app.json_texts(keys[g.position]) as value) p
        where app.step_matches(e.type, e.name, e.path, e.click_target, e.properties, e.context,
          event[g.position], page[g.position], target[g.position], property[g.position], setting[g.position])
        offset 0) d
      group by e.canonical_visitor, e.previous, d.position) v
    group by v.position, v.previous;
end
$$;
comment on function app.count_conversions(uuid, jsonb) is
  'How many visitors did what goals are about, how often, and the sum of what it was worth; of everybody, too, how many there were.';

call app.protect('goals', reads => 'viewer', inserts => 'editor', updates => 'editor', deletes => 'editor', guard => 'select');
grant select, delete on goals to pulsegraph_api;
grant insert (organization_id, id, name, event, path, click_target, conditions, value) on goals to pulsegraph_api;
grant update (name, event, path, click_target, conditions, value) on goals to pulsegraph_api;
grant select on goals to pulsegraph_guard;
grant execute on function app.count_conversions(uuid, jsonb) to pulsegraph_api;
