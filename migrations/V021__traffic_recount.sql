-- package: traffic
-- Whether days of traffic equal a recount, and a recount that sets them right.

-- What differs is set to what is counted, in another way than writers do. What is right is not written. The day of a row
-- that was lost comes back without its sketch.
--
-- Raw events and sessions between two midnights become quarters of an hour, and these the rows of the day, as in
-- app.add_traffic_days. Of each table, rows that were not counted are deleted, and those that were are inserted, or updated
-- where they are not as counted:
--
--   midnight                                       midnight
--   |--q--|--q--|--q--|--   ...   --|--q--|--q--|--q--|
--   views, clicks: each where it happened; sessions: where they began, with all their seconds
--
-- What is stored is compared with what is counted by hashes. The planner may expect a single row of an organization it has
-- not counted yet, and would compare each row of the day with each.
create function app.recount_traffic_day(organization uuid, day date, out counted jsonb, out changed jsonb)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set jit = off set enable_nestloop = off as $$
declare
  zone text;
  since timestamptz;
  until timestamptz;
  part record;
begin
  perform app.lock(organization, 'traffic');
  -- A month that is being dropped is waited for, and then known to be gone.
  lock table public.analytics_page_views, public.analytics_clicks, public.analytics_sessions in access share mode;
  select z.time_zone into zone from public.rollup_zones z where z.organization_id = organization and z.rollup = 'traffic';
  select s.since, s.until into since, until from app.local_day_span(day, zone) s;
  if since < (select r.raw_since from public.traffic_retention r) then
    return;
  end if;
  counted := '{}';
  changed := '{}';
  -- No such day: the zone left it out.
  if since is null then
    return;
  end if;
  for part in
    select r.counted, r.changed from app.recount_traffic(organization, day, since, until) r
    union all
    select r.counted, r.changed from app.recount_traffic_clicks(organization, day, since, until) r
    union all
    select r.counted, r.changed from app.recount_traffic_pages(organization, day, since, until) r
  loop
    counted := counted || part.counted;
    changed := changed || part.changed;
  end loop;
end
$$;
comment on function app.recount_traffic_day(uuid, date) is
  'Counts a local day of an organization again from raw events and sessions and sets what differs; answers how many rows the day has in each table, and how many were not so. Both null: raw events of the day were dropped, and it stays as it is.';

create function app.recount_traffic(
  organization uuid, day date, since timestamptz, until timestamptz, out counted jsonb, out changed jsonb)
language sql volatile set search_path = pg_catalog, pg_temp as $$
  with quarter_hours as materialized (
    select p.bucket, p.user_code, p.share_code, p.contact_id, sum(p.sessions) as sessions, sum(p.page_views) as page_views,
      sum(p.clicks) as clicks, sum(p.bounces) as bounces, sum(p.seconds) as seconds, min(p.at) as first_at, max(p.at) as last_at
    from (
      select app.quarter_hour(v.viewed_at) as bucket, v.user_code, v.share_code, v.contact_id, v.viewed_at as at,
        0 as sessions, 1 as page_views, 0 as clicks, 0 as bounces, 0 as seconds
      from public.analytics_page_views v
      where v.organization_id = organization and v.viewed_at >= since and v.viewed_at < until
      union all
      select app.quarter_hour(c.clicked_at), c.user_code, c.share_code, c.contact_id, c.clicked_at, 0, 0, 1, 0, 0
      from public.analytics_clicks c
      where c.organization_id = organization and c.clicked_at >= since and c.clicked_at < until
      union all
      select app.quarter_hour(s.first_seen), s.user_code, s.share_code, s.contact_id, null, 1, 0, 0,
        (s.page_views = 1 and s.clicks = 0)::int, floor(extract(epoch from s.last_seen - s.first_seen))
      from public.analytics_sessions s
      where s.organization_id = organization and s.first_seen >= since and s.first_seen < until) p
    group by p.bucket, p.user_code, p.share_code, p.contact_id
  ),
  days as materialized (
    select app.traffic_level(grouping(q.user_code, q.share_code, q.contact_id)) as level, coalesce(q.user_code, '') as user_code,
      coalesce(q.share_code, '') as share_code, coalesce(q.contact_id, '') as contact_id, sum(q.sessions) as sessions,
      sum(q.page_views) as page_views, sum(q.clicks) as clicks, sum(q.bounces) as bounces, sum(q.seconds) as seconds,
      case grouping(q.contact_id) when 0 then min(coalesce(q.first_at, q.bucket)) end as first_at,
      case grouping(q.contact_id) when 0 then max(coalesce(q.last_at, q.bucket)) end as last_at
    from quarter_hours q
    group by rollup (q.user_code, q.share_code, q.contact_id)
    -- Of nothing there is a total too.
    having count(*) > 0 and (grouping(q.contact_id) = 1 or q.contact_id <> '')
  ),
  less_quarter_hours as (
    delete from public.traffic_quarter_hours t
    where t.organization_id = organization and t.bucket >= since and t.bucket < until and not exists (
      select from quarter_hours q
      where (q.bucket, q.user_code, q.share_code, q.contact_id) = (t.bucket, t.user_code, t.share_code, t.contact_id))
    returning 1
  ),
  set_quarter_hours as (
    insert into public.traffic_quarter_hours as t
      (organization_id, bucket, user_code, share_code, contact_id, sessions, page_views, clicks, bounces, seconds)
    select organization, q.bucket, q.user_code, q.share_code, q.contact_id, q.sessions, q.page_views, q.clicks, q.bounces, q.seconds
    from quarter_hours q
    on conflict (organization_id, bucket, user_code, share_code, contact_id) do update set
      sessions = excluded.sessions, page_views = excluded.page_views, clicks = excluded.clicks, bounces = excluded.bounces,
      seconds = excluded.seconds
    where (t.sessions, t.page_views, t.clicks, t.bounces, t.seconds)
      <> (excluded.sessions, excluded.page_views, excluded.clicks, excluded.bounces, excluded.seconds)
    returning 1
  ),
  less_days as (
    delete from public.traffic_days t
    where t.organization_id = organization and t.date = day and not exists (
      select from days d
      where (d.user_code, d.share_code, d.contact_id, d.level) = (t.user_code, t.share_code, t.contact_id, t.level))
    returning t.level
  ),
  set_days as (
    insert into public.traffic_days as t
      (organization_id, level, date, user_code, share_code, contact_id, total_sessions, total_page_views, total_clicks, bounces,
        session_seconds, first_visit, last_visit)
    select organization, d.level, day, d.user_code, d.share_code, d.contact_id, d.sessions, d.page_views, d.clicks, d.bounces,
      d.seconds, d.first_at, d.last_at
    from days d
    on conflict (organization_id, date, user_code, share_code, contact_id, level) do update set
      total_sessions = excluded.total_sessions, total_page_views = excluded.total_page_views,
      total_clicks = excluded.total_clicks, bounces = excluded.bounces, session_seconds = excluded.session_seconds,
      first_visit = excluded.first_visit, last_visit = excluded.last_visit
    where (t.total_sessions, t.total_page_views, t.total_clicks, t.bounces, t.session_seconds, t.first_visit, t.last_visit)
      is distinct from (excluded.total_sessions, excluded.total_page_views, excluded.total_clicks, excluded.bounces,
        excluded.session_seconds, excluded.first_visit, excluded.last_visit)
    returning t.level
  ),
  wrong_days as (
    select l.level from less_days l
    union all
    select s.level from set_days s
  ),
  levels (level, name) as (
    values ('organization', 'analytics_daily_stats'), ('user', 'analytics_daily_user_stats'),
      ('group', 'analytics_daily_group_stats'), ('contact', 'analytics_daily_contact_stats')
  )
  select
    jsonb_build_object('traffic_quarter_hours', (select count(*) from quarter_hours))
      || (select jsonb_object_agg(l.name, (select count(*) from days d where d.level = l.level)) from levels l),
    jsonb_build_object('traffic_quarter_hours', (select count(*) from less_quarter_hours) + (select count(*) from set_quarter_hours))
      || (select jsonb_object_agg(l.name, (select count(*) from wrong_days w where w.level = l.level)) from levels l)
$$;
comment on function app.recount_traffic(uuid, date, timestamptz, timestamptz) is
  'The part of app.recount_traffic_day that counts sessions, views and clicks.';

create function app.recount_traffic_clicks(
  organization uuid, day date, since timestamptz, until timestamptz, out counted jsonb, out changed jsonb)
language sql volatile set search_path = pg_catalog, pg_temp as $$
  with quarter_hours as materialized (
    select app.quarter_hour(c.clicked_at) as bucket, c.user_code, c.share_code, c.contact_id, c.click_category, c.click_target,
      count(*) as clicks
    from public.analytics_clicks c
    where c.organization_id = organization and c.clicked_at >= since and c.clicked_at < until
    group by 1, c.user_code, c.share_code, c.contact_id, c.click_category, c.click_target
  ),
  targets as materialized (
    select q.user_code, q.share_code, q.click_category, q.click_target, sum(q.clicks) as clicks
    from quarter_hours q group by q.user_code, q.share_code, q.click_category, q.click_target
  ),
  less_quarter_hours as (
    delete from public.traffic_quarter_hour_clicks t
    where t.organization_id = organization and t.bucket >= since and t.bucket < until and not exists (
      select from quarter_hours q
      where (q.bucket, q.user_code, q.share_code, q.contact_id, q.click_category, q.click_target)
        = (t.bucket, t.user_code, t.share_code, t.contact_id, t.click_category, t.click_target))
    returning 1
  ),
  set_quarter_hours as (
    insert into public.traffic_quarter_hour_clicks as t
      (organization_id, bucket, user_code, share_code, contact_id, click_category, click_target, clicks)
    select organization, q.bucket, q.user_code, q.share_code, q.contact_id, q.click_category, q.click_target, q.clicks
    from quarter_hours q
    on conflict (organization_id, bucket, user_code, share_code, contact_id, click_category, click_target) do update set
      clicks = excluded.clicks
    where t.clicks <> excluded.clicks
    returning 1
  ),
  less_targets as (
    delete from public.analytics_daily_click_targets t
    where t.organization_id = organization and t.date = day and not exists (
      select from targets q
      where (q.user_code, q.share_code, q.click_category, q.click_target) = (t.user_code, t.share_code, t.click_category, t.click_target))
    returning 1
  ),
  set_targets as (
    insert into public.analytics_daily_click_targets as t
      (organization_id, date, user_code, share_code, click_category, click_target, click_count)
    select organization, day, q.user_code, q.share_code, q.click_category, q.click_target, q.clicks from targets q
    on conflict (organization_id, date, user_code, share_code, click_category, click_target) do update set
      click_count = excluded.click_count
    where t.click_count <> excluded.click_count
    returning 1
  )
  select
    jsonb_build_object(
      'traffic_quarter_hour_clicks', (select count(*) from quarter_hours),
      'analytics_daily_click_targets', (select count(*) from targets)),
    jsonb_build_object(
      'traffic_quarter_hour_clicks', (select count(*) from less_quarter_hours) + (select count(*) from set_quarter_hours),
      'analytics_daily_click_targets', (select count(*) from less_targets) + (select count(*) from set_targets))
$$;
comment on function app.recount_traffic_clicks(uuid, date, timestamptz, timestamptz) is
  'The part of app.recount_traffic_day that counts clicks by their targets.';

create function app.recount_traffic_pages(
  organization uuid, day date, since timestamptz, until timestamptz, out counted jsonb, out changed jsonb)
language sql volatile set search_path = pg_catalog, pg_temp as $$
  with quarter_hours as materialized (
    select app.quarter_hour(v.viewed_at) as bucket, v.user_code, v.share_code, v.contact_id, v.page_type, count(*) as page_views
    from public.analytics_page_views v
    where v.organization_id = organization and v.viewed_at >= since and v.viewed_at < until
    group by 1, v.user_code, v.share_code, v.contact_id, v.page_type
  ),
  pages as materialized (
    select q.user_code, q.share_code, q.page_type, sum(q.page_views) as page_views
    from quarter_hours q group by q.user_code, q.share_code, q.page_type
  ),
  less_quarter_hours as (
    delete from public.traffic_quarter_hour_pages t
    where t.organization_id = organization and t.bucket >= since and t.bucket < until and not exists (
      select from quarter_hours q
      where (q.bucket, q.user_code, q.share_code, q.contact_id, q.page_type)
        = (t.bucket, t.user_code, t.share_code, t.contact_id, t.page_type))
    returning 1
  ),
  set_quarter_hours as (
    insert into public.traffic_quarter_hour_pages as t
      (organization_id, bucket, user_code, share_code, contact_id, page_type, page_views)
    select organization, q.bucket, q.user_code, q.share_code, q.contact_id, q.page_type, q.page_views from quarter_hours q
    on conflict (organization_id, bucket, user_code, share_code, contact_id, page_type) do update set
      page_views = excluded.page_views
    where t.page_views <> excluded.page_views
    returning 1
  ),
  less_pages as (
    delete from public.analytics_daily_page_stats t
    where t.organization_id = organization and t.date = day and not exists (
      select from pages q where (q.user_code, q.share_code, q.page_type) = (t.user_code, t.share_code, t.page_type))
    returning 1
  ),
  set_pages as (
    insert into public.analytics_daily_page_stats as t (organization_id, date, user_code, share_code, page_type, view_count)
    select organization, day, q.user_code, q.share_code, q.page_type, q.page_views from pages q
    on conflict (organization_id, date, user_code, share_code, page_type) do update set view_count = excluded.view_count
    where t.view_count <> excluded.view_count
    returning 1
  )
  select
    jsonb_build_object(
      'traffic_quarter_hour_pages', (select count(*) from quarter_hours), 'analytics_daily_page_stats', (select count(*) from pages)),
    jsonb_build_object(
      'traffic_quarter_hour_pages', (select count(*) from less_quarter_hours) + (select count(*) from set_quarter_hours),
      'analytics_daily_page_stats', (select count(*) from less_pages) + (select count(*) from set_pages))
$$;
comment on function app.recount_traffic_pages(uuid, date, timestamptz, timestamptz) is
  'The part of app.recount_traffic_day that counts views by their types of page.';

create function aggregate_analytics_daily(target_date date default (now() at time zone 'UTC')::date - 1) returns json
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  organization uuid;
  one record;
  counted jsonb := '{}';
  changed bigint := 0;
  organizations int := 0;
  refused int := 0;
begin
  if target_date is null or not isfinite(target_date) then
    raise exception 'target_date: required.' using errcode = 'PG400';
  end if;
  -- Row security hides all organizations from any other, the owner too.
  if current_setting('role') not in ('pulsegraph_api', 'pulsegraph_worker') then
    raise exception 'aggregate_analytics_daily: row security shows this role no organization. Call it as pulsegraph_worker, which the login of the server may become: set role pulsegraph_worker.'
      using errcode = 'PG403';
  end if;
  for organization in
    select o.id from public.organizations o
    where current_setting('role') = 'pulsegraph_worker' or o.id = any (app.organizations_with_role('editor'))
    order by o.id
  loop
    select * into one from app.recount_traffic_day(organization, target_date);
    organizations := organizations + 1;
    if one.counted is null then
      refused := refused + 1;
      continue;
    end if;
    changed := changed + (select coalesce(sum(c.value::bigint), 0) from jsonb_each_text(one.changed) c);
    counted := (
      select coalesce(jsonb_object_agg(n.key, n.number), '{}')
      from (
        select r.key, sum(r.value::bigint) as number
        from (select * from jsonb_each_text(counted) union all select * from jsonb_each_text(one.counted)) r
        group by r.key) n);
  end loop;
  return json_build_object('date', target_date, 'organizations', organizations, 'rows', counted, 'changed', changed,
    'refused', refused, 'success', refused = 0);
end
$$;
comment on function aggregate_analytics_daily(date) is
  'Counts the local day of each organization that the caller may write again, from raw events and sessions, and sets what differs in rollups: nothing, as long as writers keep their promise. A day whose raw events were dropped, all or some, is refused and stays as it is; success is then false. Sketches of visitors are left to the job rollups.audit.';

create function backfill_aggregates(start_date date, end_date date default (now() at time zone 'UTC')::date) returns json
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  day date;
  one json;
  days int := 0;
  changed bigint := 0;
  refused int := 0;
begin
  if start_date is null or end_date is null or not isfinite(start_date) or not isfinite(end_date) then
    raise exception 'start_date: start_date and end_date are required.' using errcode = 'PG400';
  end if;
  for day in select d::date from generate_series(start_date::timestamp, end_date::timestamp, interval '1 day') d loop
    one := public.aggregate_analytics_daily(day);
    days := days + 1;
    changed := changed + (one ->> 'changed')::bigint;
    refused := refused + (not (one ->> 'success')::boolean)::int;
  end loop;
  return json_build_object('start_date', start_date, 'end_date', end_date, 'days_processed', days, 'changed', changed,
    'days_refused', refused, 'success', refused = 0);
end
$$;
comment on function backfill_aggregates(date, date) is
  'Does aggregate_analytics_daily for each day of a range, its last one too, in one transaction: writers wait meanwhile.';

-- From raw events and from rollups: either may lack what the other has.
create function app.sample_traffic_days(sampled int) returns table (organization uuid, date date)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_variable
declare
  one record;
  low date;
  high date;
  drawn date;
begin
  for one in
    select o.organization_id, o.time_zone
    from (
      select z.organization_id, z.time_zone from public.rollup_zones z
      where z.rollup = 'traffic' and (
        exists (select from public.analytics_daily_stats d where d.organization_id = z.organization_id)
        or exists (select from public.analytics_page_views v where v.organization_id = z.organization_id)
        or exists (select from public.analytics_clicks c where c.organization_id = z.organization_id))) o
    cross join generate_series(1, sampled)
    order by random() limit sampled
  loop
    select min(x.day), max(x.day) into low, high
    from (
      (select d.date as day from public.analytics_daily_stats d where d.organization_id = one.organization_id order by d.date limit 1)
      union all
      (select d.date from public.analytics_daily_stats d where d.organization_id = one.organization_id order by d.date desc limit 1)
      union all
      select app.local_date(r.at, one.time_zone) from (
        (select v.viewed_at as at from public.analytics_page_views v where v.organization_id = one.organization_id order by v.viewed_at limit 1)
        union all
        (select v.viewed_at from public.analytics_page_views v where v.organization_id = one.organization_id order by v.viewed_at desc limit 1)
        union all
        (select c.clicked_at from public.analytics_clicks c where c.organization_id = one.organization_id order by c.clicked_at limit 1)
        union all
        (select c.clicked_at from public.analytics_clicks c where c.organization_id = one.organization_id order by c.clicked_at desc limit 1)) r) x;
    -- The first day of which nothing can be gone.
    select greatest(low, case when isfinite(r.raw_since) then app.local_date(r.raw_since, one.time_zone) + 1 end) into low
    from public.traffic_retention r;
    continue when low is null or low > high;
    drawn := low + floor(random() * (high - low + 1))::int;
    select least(
      (select d.date from public.analytics_daily_stats d
        where d.organization_id = one.organization_id and d.date >= drawn order by d.date limit 1),
      (select app.local_date(v.viewed_at, one.time_zone) from public.analytics_page_views v
        where v.organization_id = one.organization_id and v.viewed_at >= app.start_of_day(drawn, one.time_zone) order by v.viewed_at limit 1),
      (select app.local_date(c.clicked_at, one.time_zone) from public.analytics_clicks c
        where c.organization_id = one.organization_id and c.clicked_at >= app.start_of_day(drawn, one.time_zone) order by c.clicked_at limit 1))
    into date;
    organization := one.organization_id;
    date := coalesce(date, high);
    return next;
  end loop;
end
$$;
comment on function app.sample_traffic_days(int) is
  'Draws local days with traffic, of random organizations, among those whose raw events are all there.';

create function app.recountable_traffic_days(organization uuid, quarters timestamptz[])
returns table (date date, since timestamptz, until timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select d.date, s.since, s.until
  from (
    select distinct app.local_date(q, z.time_zone) as date, z.time_zone
    from public.rollup_zones z cross join unnest(quarters) q
    where z.organization_id = organization and z.rollup = 'traffic' and organization = any (app.organizations_with_role('editor'))) d
  cross join lateral app.local_day_span(d.date, d.time_zone) s
  where s.since >= (select r.raw_since from public.traffic_retention r)
  order by d.date
$$;
comment on function app.recountable_traffic_days(uuid, timestamptz[]) is
  'The local days of quarters of an hour whose raw events are all there, for whoever may write the organization.';

grant create on schema public to pulsegraph_guard;
alter function aggregate_analytics_daily(date) owner to pulsegraph_guard;
revoke create on schema public from pulsegraph_guard;
alter function app.recount_traffic_day(uuid, date) owner to pulsegraph_guard;
alter function app.sample_traffic_days(int) owner to pulsegraph_guard;
alter function app.recountable_traffic_days(uuid, timestamptz[]) owner to pulsegraph_guard;
grant execute on function aggregate_analytics_daily(date), backfill_aggregates(date, date) to pulsegraph_api, pulsegraph_worker;
grant execute on function app.recount_traffic(uuid, date, timestamptz, timestamptz),
  app.recount_traffic_clicks(uuid, date, timestamptz, timestamptz),
  app.recount_traffic_pages(uuid, date, timestamptz, timestamptz) to pulsegraph_guard;
grant execute on function app.recount_traffic_day(uuid, date), app.sample_traffic_days(int) to pulsegraph_worker;
grant execute on function app.recountable_traffic_days(uuid, timestamptz[]) to pulsegraph_api;
