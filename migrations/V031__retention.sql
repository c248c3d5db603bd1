-- package: funnel
-- Retention: how many visitors who did one thing in a period did another in a later one.

-- scan: as app.funnel_attempts has steps, the first of which is that of a cohort and the second that of coming back; "edges", where
-- periods begin, and the last ends; "cohorts", how many of them have cohorts; "periods", how many are looked at after each.
create function app.count_retention(organization uuid, scan jsonb) returns table (cohort int, period int, visitors bigint)
language plpgsql stable set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan set work_mem = '64MB' as $$
declare
  event constant text[] := app.json_texts(scan -> 'events');
  page constant text[] := app.json_texts(scan -> 'paths');
  target constant text[] := app.json_texts(scan -> 'targets');
  property constant jsonpath[] := app.json_texts(scan -> 'properties')::jsonpath[];
  setting constant jsonpath[] := app.json_texts(scan -> 'contexts')::jsonpath[];
  edge constant timestamptz[] := app.json_texts(scan -> 'edges')::timestamptz[];
  cohorts constant int := (scan ->> 'cohorts')::int;
  periods constant int := (scan ->> 'periods')::int;
begin
  return query
    with told as materialized (
      select e.visitor, min(e.slot) filter (where e.begins and e.slot <= cohorts) as cohort,
        array_agg(distinct e.slot) filter (where e.returns) as slots
      from (
        select e.canonical_visitor as visitor, width_bucket(e.at, edge) as slot,
          app.step_matches(e.type, e.name, e.path, e.click_target, e.properties, e.context, event[1], page[1], target[1], property[1], setting[1]) as begins,
          app.step_matches(e.type, e.name, e.path, e.click_target, e.properties, e.context, event[2], page[2], target[2], property[2], setting[2]) as returns
        from public.product_events e
        where e.organization_id = organization and e.at >= edge[1] and e.at < edge[cardinality(edge)]
          and (e.name = any (event) or e.path like any (page) or e.click_target = any (target))
      ) e
      where e.begins or e.returns
      group by e.visitor
    )
    select t.cohort, 0, count(*) from told t where t.cohort is not null group by t.cohort
    union all
    select t.cohort, s.slot - t.cohort, count(*)
    from told t cross join lateral unnest(t.slots) s(slot)
    where s.slot between t.cohort + 1 and t.cohort + periods
    group by t.cohort, s.slot;
end
$$;
comment on function app.count_retention(uuid, jsonb) is
  'Visitors of each cohort: how many there are, as of period 0, and how many came back so many periods later. A visitor is of the first period in which they did what makes a cohort.';
grant execute on function app.count_retention(uuid, jsonb) to pulsegraph_api;
