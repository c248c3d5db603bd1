-- package: product
-- Events as somebody who looks at a product sees them: one after the other, whatever they are, found by names and properties.
--
-- Views, clicks and all other events are tables of their own, since traffic is counted of the first two. What asks for any of
-- them reads product_events. It is flattened into whatever reads it: conditions go down to the tables, each is walked along
-- its primary key (organization, time, id), and what an order wants of all three is merged, not sorted.
--
-- Whoever asks for canonical_visitor has visitors who are one counted as one; where nobody does, the join is left out of the plan.
--
-- Conditions on properties are one predicate of jsonpath, properties @@ '$."plan" == "pro"': it compares types, and a property
-- that is missing or of another type is no error but does not match.

-- A branch with a condition of its own would not be flattened, so that bots are left out of all three.
create view product_events with (security_invoker = true) as
select e.organization_id, e.id, e.type, e.name, e.visitor, coalesce(a.canonical_visitor, e.visitor) as canonical_visitor, e.user_id, e.at, e.received_at, e.user_code, e.share_code, e.contact_id,
  e.session_key, e.page_type, e.path, e.click_target, e.properties, e.context
from (
  select v.organization_id, v.id, 'page'::text as type, v.name, v.visitor, v.user_id, v.viewed_at as at, v.received_at, v.user_code,
    v.share_code, v.contact_id, v.session_key, v.page_type, v.path, null::text as click_target, v.properties, v.context, false as is_bot
  from analytics_page_views v
  union all
  select c.organization_id, c.id, 'click'::text, c.name, c.visitor, c.user_id, c.clicked_at, c.received_at, c.user_code,
    c.share_code, c.contact_id, c.session_key, null::text, null::text, c.click_target, c.properties, c.context, false
  from analytics_clicks c
  union all
  select e.organization_id, e.id, e.type, e.name, e.visitor, e.user_id, e.occurred_at, e.received_at, e.user_code,
    e.share_code, e.contact_id, null::uuid, null::text, null::text, null::text, e.properties, e.context, e.is_bot
  from analytics_events e) e
left join visitor_aliases a on a.organization_id = e.organization_id and a.visitor = e.visitor
where not e.is_bot;
comment on view product_events is 'Views, clicks and all other events of people. A code that was not given is ''''.';
grant select on product_events to pulsegraph_api;

-- ---- Counts by name
--
-- Whoever sends events chooses their names, so that there is a bound on those that are counted apart. A name that was taken when
-- it was first told is counted from its first event on; one that found no room is never counted apart. So what is kept of a
-- name is always all of it:
--
--   event_names                    event_quarter_hours
--   track  Order Completed   ->    track  Order Completed  09:15   3
--                                  track  ''               09:15  10     all events of the type, whatever their names

create table event_names (
  organization_id uuid not null,
  type text not null,
  name text not null,
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  sample_properties jsonb not null,
  constraint event_names_pkey primary key (organization_id, type, name),
  constraint event_names_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade
) with (fillfactor = 80);
comment on table event_names is 'Names of events that are counted apart.';
comment on column event_names.sample_properties is
  'Properties of one of its events, a recent one, as long as they are not large: replaced at most once a quarter of an hour.';

create table event_quarter_hours (
  organization_id uuid not null,
  type text not null,
  name text not null,
  bucket timestamptz not null,
  events bigint not null,
  constraint event_quarter_hours_pkey primary key (organization_id, name, type, bucket)
) with (fillfactor = 80);
comment on table event_quarter_hours is 'Events of people by quarters of an hour in UTC: of each name, and under the name '''' of all of a type together.';

create function app.count_event_names() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  most constant int := app.row_limit('event_names');
begin
  insert into public.event_names as n (organization_id, type, name, first_seen, last_seen, sample_properties)
  select t.organization_id, t.type, t.name, t.first_seen, t.last_seen, t.sample_properties
  from (
    select c.organization_id, c.type, c.name, c.first_seen, c.last_seen, c.sample_properties, k.name is not null as is_known,
      count(*) filter (where k.name is null) over (partition by c.organization_id order by c.type, c.name) as nth
    from (
      select b.organization_id, b.type, b.name, min(b.at) as first_seen, max(b.at) as last_seen,
        (array_agg(case when pg_column_size(b.properties) <= 2000 then b.properties else '{}' end order by b.at desc))[1] as sample_properties
      from pg_temp.event_batch b
      where b.name is not null and not b.is_bot
      group by b.organization_id, b.type, b.name) c
    left join lateral (
      select n.name from public.event_names n
      where n.organization_id = c.organization_id and n.type = c.type and n.name = c.name offset 0) k on true) t
  where t.is_known
    or t.nth <= most - (select count(*) from public.event_names n where n.organization_id = t.organization_id)
  order by t.organization_id, t.type, t.name
  on conflict (organization_id, type, name) do update set
    first_seen = least(n.first_seen, excluded.first_seen), last_seen = greatest(n.last_seen, excluded.last_seen),
    sample_properties = case when app.quarter_hour(excluded.last_seen) > app.quarter_hour(n.last_seen)
      then excluded.sample_properties else n.sample_properties end
  where excluded.first_seen < n.first_seen or excluded.last_seen > n.last_seen;

  insert into public.event_quarter_hours as q (organization_id, type, name, bucket, events)
  select c.organization_id, c.type, coalesce(c.name, ''), c.bucket, c.events
  from (
    select b.organization_id, b.type, b.name, b.bucket, count(*) as events
    from pg_temp.event_batch b
    where not b.is_bot
    group by b.organization_id, b.type, b.bucket, rollup (b.name)
    having grouping(b.name) = 1 or b.name is not null) c
  left join lateral (
    select n.name from public.event_names n
    where n.organization_id = c.organization_id and n.type = c.type and n.name = c.name offset 0) k on true
  where c.name is null or k.name is not null
  order by c.organization_id, coalesce(c.name, ''), c.type, c.bucket
  on conflict (organization_id, name, type, bucket) do update set events = q.events + excluded.events;
end
$$;
comment on function app.count_event_names() is 'Counts the events of the batch by their types and names.';

create function app.delete_event_quarter_hours() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from public.event_quarter_hours t where t.organization_id = old.id;
  return null;
end
$$;
comment on function app.delete_event_quarter_hours() is 'Takes the counts of events of a deleted organization along.';
alter function app.delete_event_quarter_hours() owner to pulsegraph_guard;
create trigger organizations_delete_event_quarter_hours after delete on organizations
  for each row execute function app.delete_event_quarter_hours();

call app.protect('event_names', reads => 'viewer', guard => 'all');
call app.protect('event_quarter_hours', reads => 'viewer', guard => 'all');
grant select on event_names, event_quarter_hours to pulsegraph_api;
grant select, insert, update, delete on event_names, event_quarter_hours to pulsegraph_guard;
grant execute on function app.count_event_names() to pulsegraph_guard;
