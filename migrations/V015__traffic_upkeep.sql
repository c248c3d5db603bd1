-- What keeps traffic in order: an end to raw events, days of a new time zone, and a recount that
-- sets days right. Each is one function, which a job of the server calls, or pg_cron.
--
-- All that rewrites an organization's rollups holds app.lock_traffic, so that no writer of it is in flight. Sketches of
-- visitors are merged by the server: functions that could not know them leave them as they are.

-- ---- The end of raw events

create table traffic_retention (
  single boolean not null default true,
  raw_since timestamptz not null default '-infinity',
  message_days int not null default 90,
  constraint traffic_retention_pkey primary key (single),
  constraint traffic_retention_single_row check (single)
);
comment on table traffic_retention is 'One row: how far back raw events of all organizations are there.';
comment on column traffic_retention.raw_since is
  'Views, clicks and sessions before it were dropped, all or some: a day that began earlier cannot be counted again.';
comment on column traffic_retention.message_days is
  'The longest retention there was. An event may be that late, so messages are known for as long, and two days more.';

-- A month is dropped whole. Of its sessions, those stay that an event which is not too late yet could still make longer:
-- they would count twice. They are few, and move to a new partition of the same month.
--
-- Readers and writers wait while a month goes, and as long as it takes to get the lock; therefore it is given up soon.
create function cleanup_old_raw_events(retention_days int default 90) returns json
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set lock_timeout = '300ms' as $$
declare
  cutoff constant timestamptz := now() - make_interval(days => retention_days);
  messages_cutoff timestamptz;
  month record;
  kept int;
  dropped jsonb := (
    select jsonb_object_agg(t.parent, 0) from public.monthly_tables t where t.retention in ('events', 'messages'));
  kept_sessions int := 0;
  in_use text;
begin
  if retention_days is null or retention_days < 1 then
    raise exception 'retention_days: at least one day is needed.' using errcode = 'PG400';
  end if;
  update public.traffic_retention r set message_days = greatest(r.message_days, retention_days)
  returning now() - make_interval(days => r.message_days + 2) into messages_cutoff;

  for month in
    -- As writers take them.
    select p.parent, p.name, p.since, p.until
    from app.partition_ranges p join public.monthly_tables t on t.parent = p.parent
    where t.retention = 'events' and p.until <= cutoff or t.retention = 'messages' and p.until <= messages_cutoff
    order by t.position, p.since
  loop
    begin
      execute format('lock table only public.%I in access exclusive mode', month.parent);
      kept := 0;
      if month.parent = 'analytics_sessions' then
        select count(*) into kept from public.analytics_sessions s
        where s.first_seen >= month.since and s.first_seen < month.until and s.last_seen >= cutoff - app.session_pause(s.session_id);
        kept_sessions := kept_sessions + kept;
        continue when kept > 0 and not exists (
          select from public.analytics_sessions s
          where s.first_seen >= month.since and s.first_seen < month.until and s.last_seen < cutoff - app.session_pause(s.session_id));
      end if;
      execute format('alter table public.%I detach partition partitions.%I', month.parent, month.name);
      if kept > 0 then
        execute format('alter table partitions.%I rename to %I', month.name, month.name || '_old');
        execute format('alter table partitions.%I no force row level security', month.name || '_old');
        perform app.make_partitions('analytics_sessions', array[(month.since at time zone 'UTC')::date]);
        execute format(
          'insert into public.analytics_sessions
            (organization_id, id, session_key, session_id, visitor, user_code, share_code, contact_id, first_seen, last_seen,
              page_views, clicks, first_message_key, ip_address, user_agent, referrer, created_at, updated_at)
          select s.organization_id, s.id, s.session_key, s.session_id, s.visitor, s.user_code, s.share_code, s.contact_id,
            s.first_seen, s.last_seen, s.page_views, s.clicks, s.first_message_key, s.ip_address, s.user_agent, s.referrer,
            s.created_at, s.updated_at
          from partitions.%I s where s.last_seen >= $1 - app.session_pause(s.session_id)', month.name || '_old')
        using cutoff;
        execute format('drop table partitions.%I', month.name || '_old');
      else
        execute format('drop table partitions.%I', month.name);
      end if;
      if month.parent in ('analytics_page_views', 'analytics_clicks', 'analytics_sessions') then
        update public.traffic_retention r set raw_since = month.until where r.raw_since < month.until;
      end if;
      dropped := jsonb_set(dropped, array[month.parent::text], to_jsonb((dropped ->> month.parent)::int + 1));
    exception when lock_not_available then
      -- Others would wait as long, and readers behind them.
      in_use := month.name;
      exit;
    end;
  end loop;
  return json_build_object('cutoff', cutoff, 'dropped_months', dropped, 'kept_sessions', kept_sessions, 'in_use', in_use);
end
$$;
comment on function cleanup_old_raw_events(int) is
  'Drops the months of raw events, sessions and known messages that ended longer ago than so many days, for all organizations; answers the cutoff, how many months went from each table, and which was in use and stays until the next run. Rollups stay as they are.';

-- ---- Days of a new time zone

create function app.organizations_in_another_traffic_zone() returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select z.organization_id
  from public.traffic_zones z join public.organizations o on o.id = z.organization_id
  where z.time_zone <> o.time_zone order by 1
$$;
comment on function app.organizations_in_another_traffic_zone() is 'The organizations whose traffic has days of a time zone they left.';

-- Quarters do not know when in them a contact came first and last. Raw events do, as long as they are there; from then on
-- the days of the old zone do, for their own first and last, and else it is known to a quarter of an hour.
create function app.rebuild_traffic_zone(organization uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  wanted text;
begin
  perform app.lock_traffic(organization);
  select o.time_zone into wanted from public.organizations o where o.id = organization;
  update public.traffic_zones z set time_zone = wanted where z.organization_id = organization and z.time_zone <> wanted;
  if not found then
    return false;
  end if;

  with known as materialized (
    select app.quarter_hour(k.at) as bucket, k.user_code, k.share_code, k.contact_id, min(k.at) as first_at, max(k.at) as last_at
    from (
      select v.viewed_at as at, v.user_code, v.share_code, v.contact_id from public.analytics_page_views v
      where v.organization_id = organization and v.contact_id <> ''
      union all
      select c.clicked_at, c.user_code, c.share_code, c.contact_id from public.analytics_clicks c
      where c.organization_id = organization and c.contact_id <> ''
      union all
      select x.at, d.user_code, d.share_code, d.contact_id from public.analytics_daily_contact_stats d
      cross join lateral (values (d.first_visit), (d.last_visit)) x(at)
      where d.organization_id = organization and isfinite(x.at)) k
    group by 1, k.user_code, k.share_code, k.contact_id
  ),
  days as materialized (
    select app.local_date(q.bucket, wanted) as date, q.user_code, q.share_code, q.contact_id, sum(q.sessions) as sessions,
      sum(q.page_views) as page_views, sum(q.clicks) as clicks, sum(q.bounces) as bounces, sum(q.seconds) as seconds,
      min(coalesce(k.first_at, q.bucket)) as first_at, max(coalesce(k.last_at, q.bucket)) as last_at
    from public.traffic_quarters q
    left join known k using (bucket, user_code, share_code, contact_id)
    where q.organization_id = organization
    group by 1, q.user_code, q.share_code, q.contact_id
  ),
  gone as (
    delete from public.analytics_daily_contact_stats d
    where d.organization_id = organization and (d.date, d.user_code, d.share_code, d.contact_id) not in (
      select n.date, n.user_code, n.share_code, n.contact_id from days n where n.contact_id <> '')
  )
  insert into public.analytics_daily_contact_stats
    (organization_id, date, user_code, share_code, contact_id, total_sessions, total_page_views, total_clicks, bounces,
      session_seconds, first_visit, last_visit)
  select organization, d.date, d.user_code, d.share_code, d.contact_id, d.sessions, d.page_views, d.clicks, d.bounces,
    d.seconds, d.first_at, d.last_at
  from days d where d.contact_id <> ''
  on conflict (organization_id, date, user_code, share_code, contact_id) do update set
    total_sessions = excluded.total_sessions, total_page_views = excluded.total_page_views,
    total_clicks = excluded.total_clicks, bounces = excluded.bounces, session_seconds = excluded.session_seconds,
    first_visit = excluded.first_visit, last_visit = excluded.last_visit, visitors = null;

  delete from public.analytics_daily_stats d where d.organization_id = organization;
  insert into public.analytics_daily_stats
    (organization_id, date, total_sessions, total_page_views, total_clicks, bounces, session_seconds)
  select organization, app.local_date(q.bucket, wanted), sum(q.sessions), sum(q.page_views), sum(q.clicks), sum(q.bounces), sum(q.seconds)
  from public.traffic_quarters q where q.organization_id = organization group by 2;

  delete from public.analytics_daily_user_stats d where d.organization_id = organization;
  insert into public.analytics_daily_user_stats
    (organization_id, date, user_code, total_sessions, total_page_views, total_clicks, bounces, session_seconds)
  select organization, app.local_date(q.bucket, wanted), q.user_code, sum(q.sessions), sum(q.page_views), sum(q.clicks),
    sum(q.bounces), sum(q.seconds)
  from public.traffic_quarters q where q.organization_id = organization group by 2, q.user_code;

  delete from public.analytics_daily_group_stats d where d.organization_id = organization;
  insert into public.analytics_daily_group_stats
    (organization_id, date, user_code, share_code, total_sessions, total_page_views, total_clicks, bounces, session_seconds)
  select organization, app.local_date(q.bucket, wanted), q.user_code, q.share_code, sum(q.sessions), sum(q.page_views),
    sum(q.clicks), sum(q.bounces), sum(q.seconds)
  from public.traffic_quarters q where q.organization_id = organization group by 2, q.user_code, q.share_code;

  delete from public.analytics_daily_click_targets d where d.organization_id = organization;
  insert into public.analytics_daily_click_targets
    (organization_id, date, user_code, share_code, click_category, click_target, click_count)
  select organization, app.local_date(q.bucket, wanted), q.user_code, q.share_code, q.click_category, q.click_target, sum(q.clicks)
  from public.traffic_quarter_clicks q where q.organization_id = organization
  group by 2, q.user_code, q.share_code, q.click_category, q.click_target;

  delete from public.analytics_daily_page_stats d where d.organization_id = organization;
  insert into public.analytics_daily_page_stats (organization_id, date, user_code, share_code, page_type, view_count)
  select organization, app.local_date(q.bucket, wanted), q.user_code, q.share_code, q.page_type, sum(q.page_views)
  from public.traffic_quarter_pages q where q.organization_id = organization
  group by 2, q.user_code, q.share_code, q.page_type;
  return true;
end
$$;
comment on function app.rebuild_traffic_zone(uuid) is
  'Rebuilds the days of an organization''s traffic when they are not those of its time zone; answers whether they were not. The caller merges the sketches of the new days in the same transaction.';

create function app.list_traffic_days(organization uuid) returns table (date date, since timestamptz, until timestamptz)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select app.local_date(q.bucket, z.time_zone), min(q.bucket), max(q.bucket) + interval '15 minutes'
  from public.traffic_zones z join public.traffic_quarters q on q.organization_id = z.organization_id
  where z.organization_id = organization group by 1 order by 1
$$;
comment on function app.list_traffic_days(uuid) is 'The local days of an organization with traffic, and which quarters of an hour they have.';

-- ---- Whether days equal a recount

-- What differs is set to what is counted, in another way than writers do. What is right is not written. The day of a row
-- that was lost comes back without its sketch.
--
-- What is stored is compared with what is counted by hashes. The planner may expect a single row of an organization it has
-- not counted yet, and would compare each row of the day with each.
create function app.recount_traffic_day(organization uuid, day date, out counted jsonb, out changed jsonb)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set jit = off set enable_nestloop = off as $$
declare
  zone text;
  since timestamptz;
  until timestamptz;
begin
  perform app.lock_traffic(organization);
  -- A month that is being dropped is waited for, and then known to be gone.
  lock table public.analytics_page_views, public.analytics_clicks, public.analytics_sessions in access share mode;
  select z.time_zone into zone from public.traffic_zones z where z.organization_id = organization;
  select s.since, s.until into since, until from app.local_day_span(day, zone) s;
  if since is null then
    counted := '{}';
    changed := '{}';
    return;
  elsif since < (select r.raw_since from public.traffic_retention r) then
    return;
  end if;

  with quarters as materialized (
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
  users as materialized (
    select q.user_code, sum(q.sessions) as sessions, sum(q.page_views) as page_views, sum(q.clicks) as clicks,
      sum(q.bounces) as bounces, sum(q.seconds) as seconds
    from quarters q group by q.user_code
  ),
  groups as materialized (
    select q.user_code, q.share_code, sum(q.sessions) as sessions, sum(q.page_views) as page_views, sum(q.clicks) as clicks,
      sum(q.bounces) as bounces, sum(q.seconds) as seconds
    from quarters q group by q.user_code, q.share_code
  ),
  contacts as materialized (
    select q.user_code, q.share_code, q.contact_id, sum(q.sessions) as sessions, sum(q.page_views) as page_views,
      sum(q.clicks) as clicks, sum(q.bounces) as bounces, sum(q.seconds) as seconds,
      min(coalesce(q.first_at, q.bucket)) as first_at, max(coalesce(q.last_at, q.bucket)) as last_at
    from quarters q where q.contact_id <> '' group by q.user_code, q.share_code, q.contact_id
  ),
  less_quarters as (
    delete from public.traffic_quarters t
    where t.organization_id = organization and t.bucket >= since and t.bucket < until and not exists (
      select from quarters q
      where (q.bucket, q.user_code, q.share_code, q.contact_id) = (t.bucket, t.user_code, t.share_code, t.contact_id))
    returning 1
  ),
  set_quarters as (
    insert into public.traffic_quarters as t
      (organization_id, bucket, user_code, share_code, contact_id, sessions, page_views, clicks, bounces, seconds)
    select organization, q.bucket, q.user_code, q.share_code, q.contact_id, q.sessions, q.page_views, q.clicks, q.bounces, q.seconds
    from quarters q
    on conflict (organization_id, bucket, user_code, share_code, contact_id) do update set
      sessions = excluded.sessions, page_views = excluded.page_views, clicks = excluded.clicks, bounces = excluded.bounces,
      seconds = excluded.seconds
    where (t.sessions, t.page_views, t.clicks, t.bounces, t.seconds)
      <> (excluded.sessions, excluded.page_views, excluded.clicks, excluded.bounces, excluded.seconds)
    returning 1
  ),
  less_days as (
    delete from public.analytics_daily_stats t
    where t.organization_id = organization and t.date = day and not exists (select from quarters)
    returning 1
  ),
  set_days as (
    insert into public.analytics_daily_stats as t
      (organization_id, date, total_sessions, total_page_views, total_clicks, bounces, session_seconds)
    select organization, day, sum(u.sessions), sum(u.page_views), sum(u.clicks), sum(u.bounces), sum(u.seconds)
    from users u having count(*) > 0
    on conflict (organization_id, date) do update set
      total_sessions = excluded.total_sessions, total_page_views = excluded.total_page_views,
      total_clicks = excluded.total_clicks, bounces = excluded.bounces, session_seconds = excluded.session_seconds
    where (t.total_sessions, t.total_page_views, t.total_clicks, t.bounces, t.session_seconds)
      <> (excluded.total_sessions, excluded.total_page_views, excluded.total_clicks, excluded.bounces, excluded.session_seconds)
    returning 1
  ),
  less_users as (
    delete from public.analytics_daily_user_stats t
    where t.organization_id = organization and t.date = day and not exists (select from users u where u.user_code = t.user_code)
    returning 1
  ),
  set_users as (
    insert into public.analytics_daily_user_stats as t
      (organization_id, date, user_code, total_sessions, total_page_views, total_clicks, bounces, session_seconds)
    select organization, day, u.user_code, u.sessions, u.page_views, u.clicks, u.bounces, u.seconds from users u
    on conflict (organization_id, user_code, date) do update set
      total_sessions = excluded.total_sessions, total_page_views = excluded.total_page_views,
      total_clicks = excluded.total_clicks, bounces = excluded.bounces, session_seconds = excluded.session_seconds
    where (t.total_sessions, t.total_page_views, t.total_clicks, t.bounces, t.session_seconds)
      <> (excluded.total_sessions, excluded.total_page_views, excluded.total_clicks, excluded.bounces, excluded.session_seconds)
    returning 1
  ),
  less_groups as (
    delete from public.analytics_daily_group_stats t
    where t.organization_id = organization and t.date = day and not exists (
      select from groups g where (g.user_code, g.share_code) = (t.user_code, t.share_code))
    returning 1
  ),
  set_groups as (
    insert into public.analytics_daily_group_stats as t
      (organization_id, date, user_code, share_code, total_sessions, total_page_views, total_clicks, bounces, session_seconds)
    select organization, day, g.user_code, g.share_code, g.sessions, g.page_views, g.clicks, g.bounces, g.seconds from groups g
    on conflict (organization_id, date, user_code, share_code) do update set
      total_sessions = excluded.total_sessions, total_page_views = excluded.total_page_views,
      total_clicks = excluded.total_clicks, bounces = excluded.bounces, session_seconds = excluded.session_seconds
    where (t.total_sessions, t.total_page_views, t.total_clicks, t.bounces, t.session_seconds)
      <> (excluded.total_sessions, excluded.total_page_views, excluded.total_clicks, excluded.bounces, excluded.session_seconds)
    returning 1
  ),
  less_contacts as (
    delete from public.analytics_daily_contact_stats t
    where t.organization_id = organization and t.date = day and not exists (
      select from contacts c
      where (c.user_code, c.share_code, c.contact_id) = (t.user_code, t.share_code, t.contact_id))
    returning 1
  ),
  set_contacts as (
    insert into public.analytics_daily_contact_stats as t
      (organization_id, date, user_code, share_code, contact_id, total_sessions, total_page_views, total_clicks, bounces,
        session_seconds, first_visit, last_visit)
    select organization, day, c.user_code, c.share_code, c.contact_id, c.sessions, c.page_views, c.clicks, c.bounces,
      c.seconds, c.first_at, c.last_at
    from contacts c
    on conflict (organization_id, date, user_code, share_code, contact_id) do update set
      total_sessions = excluded.total_sessions, total_page_views = excluded.total_page_views,
      total_clicks = excluded.total_clicks, bounces = excluded.bounces, session_seconds = excluded.session_seconds,
      first_visit = excluded.first_visit, last_visit = excluded.last_visit
    where (t.total_sessions, t.total_page_views, t.total_clicks, t.bounces, t.session_seconds, t.first_visit, t.last_visit)
      <> (excluded.total_sessions, excluded.total_page_views, excluded.total_clicks, excluded.bounces, excluded.session_seconds,
        excluded.first_visit, excluded.last_visit)
    returning 1
  )
  select
    jsonb_build_object(
      'traffic_quarters', (select count(*) from quarters),
      'analytics_daily_stats', (select count(*) from (select from quarters limit 1) q),
      'analytics_daily_user_stats', (select count(*) from users),
      'analytics_daily_group_stats', (select count(*) from groups),
      'analytics_daily_contact_stats', (select count(*) from contacts)),
    jsonb_build_object(
      'traffic_quarters', (select count(*) from less_quarters) + (select count(*) from set_quarters),
      'analytics_daily_stats', (select count(*) from less_days) + (select count(*) from set_days),
      'analytics_daily_user_stats', (select count(*) from less_users) + (select count(*) from set_users),
      'analytics_daily_group_stats', (select count(*) from less_groups) + (select count(*) from set_groups),
      'analytics_daily_contact_stats', (select count(*) from less_contacts) + (select count(*) from set_contacts))
  into counted, changed;

  with quarters as materialized (
    select app.quarter_hour(c.clicked_at) as bucket, c.user_code, c.share_code, c.contact_id, c.click_category, c.click_target,
      count(*) as clicks
    from public.analytics_clicks c
    where c.organization_id = organization and c.clicked_at >= since and c.clicked_at < until
    group by 1, c.user_code, c.share_code, c.contact_id, c.click_category, c.click_target
  ),
  targets as materialized (
    select q.user_code, q.share_code, q.click_category, q.click_target, sum(q.clicks) as clicks
    from quarters q group by q.user_code, q.share_code, q.click_category, q.click_target
  ),
  less_quarters as (
    delete from public.traffic_quarter_clicks t
    where t.organization_id = organization and t.bucket >= since and t.bucket < until and not exists (
      select from quarters q
      where (q.bucket, q.user_code, q.share_code, q.contact_id, q.click_category, q.click_target)
        = (t.bucket, t.user_code, t.share_code, t.contact_id, t.click_category, t.click_target))
    returning 1
  ),
  set_quarters as (
    insert into public.traffic_quarter_clicks as t
      (organization_id, bucket, user_code, share_code, contact_id, click_category, click_target, clicks)
    select organization, q.bucket, q.user_code, q.share_code, q.contact_id, q.click_category, q.click_target, q.clicks
    from quarters q
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
    counted || jsonb_build_object(
      'traffic_quarter_clicks', (select count(*) from quarters), 'analytics_daily_click_targets', (select count(*) from targets)),
    changed || jsonb_build_object(
      'traffic_quarter_clicks', (select count(*) from less_quarters) + (select count(*) from set_quarters),
      'analytics_daily_click_targets', (select count(*) from less_targets) + (select count(*) from set_targets))
  into counted, changed;

  with quarters as materialized (
    select app.quarter_hour(v.viewed_at) as bucket, v.user_code, v.share_code, v.contact_id, v.page_type, count(*) as page_views
    from public.analytics_page_views v
    where v.organization_id = organization and v.viewed_at >= since and v.viewed_at < until
    group by 1, v.user_code, v.share_code, v.contact_id, v.page_type
  ),
  pages as materialized (
    select q.user_code, q.share_code, q.page_type, sum(q.page_views) as page_views
    from quarters q group by q.user_code, q.share_code, q.page_type
  ),
  less_quarters as (
    delete from public.traffic_quarter_pages t
    where t.organization_id = organization and t.bucket >= since and t.bucket < until and not exists (
      select from quarters q
      where (q.bucket, q.user_code, q.share_code, q.contact_id, q.page_type)
        = (t.bucket, t.user_code, t.share_code, t.contact_id, t.page_type))
    returning 1
  ),
  set_quarters as (
    insert into public.traffic_quarter_pages as t (organization_id, bucket, user_code, share_code, contact_id, page_type, page_views)
    select organization, q.bucket, q.user_code, q.share_code, q.contact_id, q.page_type, q.page_views from quarters q
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
    counted || jsonb_build_object(
      'traffic_quarter_pages', (select count(*) from quarters), 'analytics_daily_page_stats', (select count(*) from pages)),
    changed || jsonb_build_object(
      'traffic_quarter_pages', (select count(*) from less_quarters) + (select count(*) from set_quarters),
      'analytics_daily_page_stats', (select count(*) from less_pages) + (select count(*) from set_pages))
  into counted, changed;
end
$$;
comment on function app.recount_traffic_day(uuid, date) is
  'Counts a local day of an organization again from raw events and sessions and sets what differs; answers how many rows the day has in each table, and how many were not so. Both null: raw events of the day were dropped, and it stays as it is.';

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
    raise exception 'target_date: a day is needed.' using errcode = 'PG400';
  end if;
  -- Row security hides all organizations from any other, the owner too.
  if current_setting('role') not in ('pulsegraph_api', 'pulsegraph_worker') then
    raise exception 'aggregate_analytics_daily: row security shows this role no organization. Call it as pulsegraph_worker, which the login of the server may become: set role pulsegraph_worker.'
      using errcode = 'PG403';
  end if;
  for organization in
    select z.organization_id from public.traffic_zones z
    where current_setting('role') = 'pulsegraph_worker' or z.organization_id = any (app.organizations_where('editor'))
    order by z.organization_id
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
  'Counts the local day of each organization that the caller may write again, from raw events and sessions, and sets what differs in rollups: nothing, as long as writers keep their promise. A day whose raw events were dropped, all or some, is refused and stays as it is; success is then false. Sketches of visitors are left to the job traffic.audit.';

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
    raise exception 'start_date: two days are needed.' using errcode = 'PG400';
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
create function app.pick_traffic_days(sampled int) returns table (organization uuid, date date)
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
      select z.organization_id, z.time_zone from public.traffic_zones z
      where exists (select from public.analytics_daily_stats d where d.organization_id = z.organization_id)
        or exists (select from public.analytics_page_views v where v.organization_id = z.organization_id)
        or exists (select from public.analytics_clicks c where c.organization_id = z.organization_id)) o
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
comment on function app.pick_traffic_days(int) is
  'Draws local days with traffic, of random organizations, among those whose raw events are all there.';

-- ---- How much there is. Of all organizations, so for the server and its operators only: what a table holds would tell
-- each tenant of the others.

create view analytics_table_sizes with (security_invoker = true) as
select n.nspname::text as schema_name, c.relname::text as table_name, pg_size_pretty(b.bytes) as size, b.bytes
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
cross join lateral (
  select coalesce(sum(pg_total_relation_size(t.relid)), pg_total_relation_size(c.oid))::bigint as bytes
  from pg_partition_tree(c.oid) t) b
where n.nspname = 'public' and c.relkind in ('r', 'p')
  and (c.relname ~ '^(analytics|traffic)_' or c.relname in ('ingested_messages', 'ingest_rejects'))
order by b.bytes desc, c.relname;
comment on view analytics_table_sizes is
  'What each table of traffic takes on disk, with its partitions and indexes, largest first. For the role pulsegraph_worker.';

-- The first and last row of each organization is found by an index, however many there are.
create view analytics_summary with (security_invoker = true) as
select s.table_name, e.row_count, s.oldest, s.newest
from (
  select 'analytics_page_views' as table_name, min(x.oldest) as oldest, max(x.newest) as newest
  from traffic_zones z cross join lateral (select
    (select t.viewed_at from analytics_page_views t where t.organization_id = z.organization_id order by t.viewed_at limit 1) as oldest,
    (select t.viewed_at from analytics_page_views t where t.organization_id = z.organization_id order by t.viewed_at desc limit 1) as newest) x
  union all
  select 'analytics_clicks', min(x.oldest), max(x.newest)
  from traffic_zones z cross join lateral (select
    (select t.clicked_at from analytics_clicks t where t.organization_id = z.organization_id order by t.clicked_at limit 1) as oldest,
    (select t.clicked_at from analytics_clicks t where t.organization_id = z.organization_id order by t.clicked_at desc limit 1) as newest) x
  union all
  select 'analytics_events', min(x.oldest), max(x.newest)
  from traffic_zones z cross join lateral (select
    (select t.occurred_at from analytics_events t where t.organization_id = z.organization_id order by t.occurred_at limit 1) as oldest,
    (select t.occurred_at from analytics_events t where t.organization_id = z.organization_id order by t.occurred_at desc limit 1) as newest) x
  union all
  select 'analytics_sessions', min(x.oldest), max(x.newest)
  from traffic_zones z cross join lateral (select
    (select t.first_seen from analytics_sessions t where t.organization_id = z.organization_id order by t.first_seen limit 1) as oldest,
    (select t.first_seen from analytics_sessions t where t.organization_id = z.organization_id order by t.first_seen desc limit 1) as newest) x
  union all
  select d.table_name, min(x.oldest) at time zone 'UTC', max(x.newest) at time zone 'UTC'
  from unnest(array['analytics_daily_stats', 'analytics_daily_user_stats', 'analytics_daily_group_stats']) d(table_name)
  left join traffic_zones z on true left join lateral (select
    (select t.date::timestamp from analytics_daily_stats t where t.organization_id = z.organization_id order by t.date limit 1) as oldest,
    (select t.date::timestamp from analytics_daily_stats t where t.organization_id = z.organization_id order by t.date desc limit 1) as newest) x on true
  group by d.table_name
  union all
  select 'analytics_daily_contact_stats', min(x.oldest) at time zone 'UTC', max(x.newest) at time zone 'UTC'
  from traffic_zones z cross join lateral (select
    (select t.date::timestamp from analytics_daily_contact_stats t where t.organization_id = z.organization_id order by t.date limit 1) as oldest,
    (select t.date::timestamp from analytics_daily_contact_stats t where t.organization_id = z.organization_id order by t.date desc limit 1) as newest) x
  union all
  select 'analytics_daily_click_targets', min(x.oldest) at time zone 'UTC', max(x.newest) at time zone 'UTC'
  from traffic_zones z cross join lateral (select
    (select t.date::timestamp from analytics_daily_click_targets t where t.organization_id = z.organization_id order by t.date limit 1) as oldest,
    (select t.date::timestamp from analytics_daily_click_targets t where t.organization_id = z.organization_id order by t.date desc limit 1) as newest) x
  union all
  select 'analytics_daily_page_stats', min(x.oldest) at time zone 'UTC', max(x.newest) at time zone 'UTC'
  from traffic_zones z cross join lateral (select
    (select t.date::timestamp from analytics_daily_page_stats t where t.organization_id = z.organization_id order by t.date limit 1) as oldest,
    (select t.date::timestamp from analytics_daily_page_stats t where t.organization_id = z.organization_id order by t.date desc limit 1) as newest) x) s
cross join lateral (
  select case s.table_name
    when 'analytics_page_views' then (select count(*) from analytics_page_views)
    when 'analytics_clicks' then (select count(*) from analytics_clicks)
    when 'analytics_events' then (select count(*) from analytics_events)
    when 'analytics_sessions' then (select count(*) from analytics_sessions)
    when 'analytics_daily_stats' then (select count(*) from analytics_daily_stats)
    when 'analytics_daily_user_stats' then (select count(*) from analytics_daily_user_stats)
    when 'analytics_daily_group_stats' then (select count(*) from analytics_daily_group_stats)
    when 'analytics_daily_contact_stats' then (select count(*) from analytics_daily_contact_stats)
    when 'analytics_daily_click_targets' then (select count(*) from analytics_daily_click_targets)
    when 'analytics_daily_page_stats' then (select count(*) from analytics_daily_page_stats)
  end as row_count) e;
comment on view analytics_summary is
  'Of each table of traffic: how many rows it has, counted, and the oldest and newest instant, for days midnight UTC. For the role pulsegraph_worker.';

-- ---- Views and clicks of a session that came without events. The batch counts what events tell; this is for who knows of
-- more. They count in the session alone: whatever counts by instants has none for them. A session that had one view is no
-- bounce any more, in rollups too, so that rollups stay what a recount of sessions gives.

create function app.increment_sessions(session_ids text[], views int, clicks int, organization uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  subject uuid := organization;
  allowed uuid[];
begin
  if views is null or clicks is null or views not between 0 and 1000000 or clicks not between 0 and 1000000 then
    raise exception 'increment: a number from 0 to 1000000 is needed.' using errcode = 'PG400';
  end if;
  if subject is null then
    allowed := case when current_setting('role') = 'pulsegraph_worker' then '{}' else app.organizations_to_track() end;
    if cardinality(allowed) <> 1 then
      raise exception 'organization: say which.' using errcode = 'PG400';
    end if;
    subject := allowed[1];
  end if;
  perform app.refuse_strangers(array[subject]);
  perform app.lock_traffic(subject);
  with told as materialized (
    select i.id, count(*) as times from unnest(session_ids) i(id) where i.id is not null group by i.id
  ),
  found as materialized (
    select s.first_seen, s.id, s.user_code, s.share_code, s.contact_id, t.times,
      (s.page_views = 1 and s.clicks = 0)::int as bounced
    from told t
    cross join lateral (
      select x.first_seen, x.id, x.user_code, x.share_code, x.contact_id, x.page_views, x.clicks from public.analytics_sessions x
      where x.session_id = t.id and x.organization_id = subject
      order by x.first_seen desc, x.id limit 1) s
  ),
  counted as (
    update public.analytics_sessions s set
      page_views = s.page_views + f.times * increment_sessions.views, clicks = s.clicks + f.times * increment_sessions.clicks,
      updated_at = now()
    from found f where s.organization_id = subject and s.first_seen = f.first_seen and s.id = f.id
    returning f.first_seen, f.user_code, f.share_code, f.contact_id,
      (s.page_views = 1 and s.clicks = 0)::int - f.bounced as bounces
  ),
  changes as materialized (
    select app.quarter_hour(c.first_seen) as bucket, app.local_date(app.quarter_hour(c.first_seen), z.time_zone) as date,
      c.user_code, c.share_code, c.contact_id, sum(c.bounces) as bounces
    from counted c join public.traffic_zones z on z.organization_id = subject
    where c.bounces <> 0 group by 1, 2, c.user_code, c.share_code, c.contact_id
  ),
  quarters as (
    update public.traffic_quarters t set bounces = t.bounces + c.bounces from changes c
    where t.organization_id = subject
      and (t.bucket, t.user_code, t.share_code, t.contact_id) = (c.bucket, c.user_code, c.share_code, c.contact_id)
  ),
  days as (
    update public.analytics_daily_stats t set bounces = t.bounces + c.bounces
    from (select x.date, sum(x.bounces) as bounces from changes x group by 1) c
    where t.organization_id = subject and t.date = c.date
  ),
  users as (
    update public.analytics_daily_user_stats t set bounces = t.bounces + c.bounces
    from (select x.date, x.user_code, sum(x.bounces) as bounces from changes x group by 1, 2) c
    where t.organization_id = subject and (t.date, t.user_code) = (c.date, c.user_code)
  ),
  groups as (
    update public.analytics_daily_group_stats t set bounces = t.bounces + c.bounces
    from (select x.date, x.user_code, x.share_code, sum(x.bounces) as bounces from changes x group by 1, 2, 3) c
    where t.organization_id = subject and (t.date, t.user_code, t.share_code) = (c.date, c.user_code, c.share_code)
  )
  update public.analytics_daily_contact_stats t set bounces = t.bounces + c.bounces
  from (select x.date, x.user_code, x.share_code, x.contact_id, sum(x.bounces) as bounces from changes x group by 1, 2, 3, 4) c
  where t.organization_id = subject
    and (t.date, t.user_code, t.share_code, t.contact_id) = (c.date, c.user_code, c.share_code, c.contact_id);
end
$$;
comment on function app.increment_sessions(text[], int, int, uuid) is
  'Adds views and clicks to sessions, for each time that the client''s name of one is listed: to the one that began last, where several visitors or days have that name.';

create function increment_session_page_views(session_ids text[], increment int default 1, organization uuid default null) returns void
language sql volatile set search_path = pg_catalog, pg_temp as $$
  select app.increment_sessions(session_ids, increment, 0, organization)
$$;
comment on function increment_session_page_views(text[], int, uuid) is
  'Adds so many views to sessions, for each time that the client''s name of one is listed; of several with one name that which began last, and unknown ones are ignored. They are views of the session that no event told of, and count in no statistic by time. The organization may be left out by who may send events of one only.';

create function increment_session_clicks(session_ids text[], increment int default 1, organization uuid default null) returns void
language sql volatile set search_path = pg_catalog, pg_temp as $$
  select app.increment_sessions(session_ids, 0, increment, organization)
$$;
comment on function increment_session_clicks(text[], int, uuid) is
  'Adds so many clicks to sessions, as increment_session_page_views adds views.';

-- ---- Who may

call app.protect('traffic_retention', worker => 'select', guard => 'all');
grant select on traffic_retention to pulsegraph_worker;
grant select, insert, update on traffic_retention to pulsegraph_guard;
set local role pulsegraph_guard;
insert into traffic_retention default values;
reset role;

grant create on schema public to pulsegraph_guard;
alter function cleanup_old_raw_events(int) owner to pulsegraph_guard;
alter function aggregate_analytics_daily(date) owner to pulsegraph_guard;
revoke create on schema public from pulsegraph_guard;
alter function app.organizations_in_another_traffic_zone() owner to pulsegraph_guard;
alter function app.rebuild_traffic_zone(uuid) owner to pulsegraph_guard;
alter function app.recount_traffic_day(uuid, date) owner to pulsegraph_guard;
alter function app.pick_traffic_days(int) owner to pulsegraph_guard;
alter function app.increment_sessions(text[], int, int, uuid) owner to pulsegraph_guard;
grant execute on function app.increment_sessions(text[], int, int, uuid), increment_session_page_views(text[], int, uuid),
  increment_session_clicks(text[], int, uuid) to pulsegraph_api, pulsegraph_worker;
grant select on analytics_table_sizes, analytics_summary to pulsegraph_worker;
grant execute on function aggregate_analytics_daily(date), backfill_aggregates(date, date) to pulsegraph_api, pulsegraph_worker;
grant execute on function cleanup_old_raw_events(int),
  app.organizations_in_another_traffic_zone(), app.rebuild_traffic_zone(uuid), app.list_traffic_days(uuid),
  app.recount_traffic_day(uuid, date), app.pick_traffic_days(int) to pulsegraph_worker;
