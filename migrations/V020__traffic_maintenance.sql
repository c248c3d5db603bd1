-- package: traffic
-- What keeps traffic in order: an end to raw events, and days of a new time zone. Each is one function, which a job of the server calls, or pg_cron.
--
-- All that rewrites an organization's rollups holds the lock of traffic (app.lock), so that no writer of it is in flight. Sketches of
-- visitors are merged by the server: functions that could not know them leave them as they are.

-- ---- The end of raw events

create table traffic_retention (
  singleton boolean not null default true,
  raw_since timestamptz not null default '-infinity',
  message_days int not null default 90,
  constraint traffic_retention_pkey primary key (singleton),
  constraint traffic_retention_singleton check (singleton)
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
    raise exception 'retention_days: must be at least 1.' using errcode = 'PG400';
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
        where s.first_seen >= month.since and s.first_seen < month.until and s.last_seen >= cutoff - app.session_timeout(s.session_id);
        kept_sessions := kept_sessions + kept;
        continue when kept > 0 and not exists (
          select from public.analytics_sessions s
          where s.first_seen >= month.since and s.first_seen < month.until and s.last_seen < cutoff - app.session_timeout(s.session_id));
      end if;
      execute format('alter table public.%I detach partition partitions.%I', month.parent, month.name);
      if kept > 0 then
        execute format('alter table partitions.%I rename to %I', month.name, month.name || '_old');
        execute format('alter table partitions.%I no force row level security', month.name || '_old');
        perform app.make_partitions('analytics_sessions', array[(month.since at time zone 'UTC')::date]);
        execute format(
          'insert into public.analytics_sessions
            (organization_id, id, session_key, session_id, visitor, user_code, share_code, contact_id, first_seen, last_seen,
              page_views, clicks, first_message_key, ip_address, user_agent, referrer, dimensions, created_at, updated_at)
          select s.organization_id, s.id, s.session_key, s.session_id, s.visitor, s.user_code, s.share_code, s.contact_id,
            s.first_seen, s.last_seen, s.page_views, s.clicks, s.first_message_key, s.ip_address, s.user_agent, s.referrer, s.dimensions,
            s.created_at, s.updated_at
          from partitions.%I s where s.last_seen >= $1 - app.session_timeout(s.session_id)', month.name || '_old')
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

-- Quarters of an hour do not know when in them a contact came first and last. Raw events do, as long as they are there; from
-- then on the days of the old zone do, for their own first and last, and else it is known to a quarter of an hour.
--
-- The days of the old zone are read by the statement that replaces them: what is read is what was there before it.
create function app.rebuild_traffic_zone(organization uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  zone text;
begin
  perform app.lock(organization, 'traffic');
  zone := app.update_rollup_zone(organization, 'traffic');
  if zone is null then
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
    select app.traffic_level(grouping(q.user_code, q.share_code, q.contact_id)) as level, app.local_date(q.bucket, zone) as date,
      coalesce(q.user_code, '') as user_code, coalesce(q.share_code, '') as share_code, coalesce(q.contact_id, '') as contact_id,
      sum(q.sessions) as sessions, sum(q.page_views) as page_views, sum(q.clicks) as clicks, sum(q.bounces) as bounces,
      sum(q.seconds) as seconds, min(coalesce(k.first_at, q.bucket)) as first_at, max(coalesce(k.last_at, q.bucket)) as last_at
    from public.traffic_quarter_hours q
    left join known k using (bucket, user_code, share_code, contact_id)
    where q.organization_id = organization
    group by app.local_date(q.bucket, zone), rollup (q.user_code, q.share_code, q.contact_id)
    having grouping(q.contact_id) = 1 or q.contact_id <> ''
  ),
  gone as (
    delete from public.traffic_days t
    where t.organization_id = organization and not exists (
      select from days d
      where (d.date, d.user_code, d.share_code, d.contact_id, d.level) = (t.date, t.user_code, t.share_code, t.contact_id, t.level))
  )
  insert into public.traffic_days
    (organization_id, level, date, user_code, share_code, contact_id, total_sessions, total_page_views, total_clicks, bounces,
      session_seconds, first_visit, last_visit)
  select organization, d.level, d.date, d.user_code, d.share_code, d.contact_id, d.sessions, d.page_views, d.clicks, d.bounces,
    d.seconds, case d.level when 'contact' then d.first_at end, case d.level when 'contact' then d.last_at end
  from days d
  on conflict (organization_id, date, user_code, share_code, contact_id, level) do update set
    total_sessions = excluded.total_sessions, total_page_views = excluded.total_page_views,
    total_clicks = excluded.total_clicks, bounces = excluded.bounces, session_seconds = excluded.session_seconds,
    first_visit = excluded.first_visit, last_visit = excluded.last_visit, visitors = null;

  delete from public.analytics_daily_click_targets d where d.organization_id = organization;
  insert into public.analytics_daily_click_targets
    (organization_id, date, user_code, share_code, click_category, click_target, click_count)
  select organization, app.local_date(q.bucket, zone), q.user_code, q.share_code, q.click_category, q.click_target, sum(q.clicks)
  from public.traffic_quarter_hour_clicks q where q.organization_id = organization
  group by 2, q.user_code, q.share_code, q.click_category, q.click_target;

  delete from public.analytics_daily_page_stats d where d.organization_id = organization;
  insert into public.analytics_daily_page_stats (organization_id, date, user_code, share_code, page_type, view_count)
  select organization, app.local_date(q.bucket, zone), q.user_code, q.share_code, q.page_type, sum(q.page_views)
  from public.traffic_quarter_hour_pages q where q.organization_id = organization
  group by 2, q.user_code, q.share_code, q.page_type;
  return true;
end
$$;
comment on function app.rebuild_traffic_zone(uuid) is
  'Rebuilds the days of an organization''s traffic when they are not those of its time zone; answers whether they were not. The caller merges the sketches of the new days in the same transaction.';

create function app.list_traffic_days(organization uuid) returns table (date date, since timestamptz, until timestamptz)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select app.local_date(q.bucket, z.time_zone), min(q.bucket), max(q.bucket) + interval '15 minutes'
  from public.rollup_zones z join public.traffic_quarter_hours q on q.organization_id = z.organization_id
  where z.organization_id = organization and z.rollup = 'traffic' group by 1 order by 1
$$;
comment on function app.list_traffic_days(uuid) is 'The local days of an organization with traffic, and which quarters of an hour they have.';

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
  and (c.relname ~ '^(analytics|traffic)_' or c.relname in ('ingested_messages', 'rejected_events'))
  -- Its levels are listed.
  and c.relname <> 'traffic_days'
order by b.bytes desc, c.relname;
comment on view analytics_table_sizes is
  'What each table of traffic takes on disk, with its partitions and indexes, largest first. For the role pulsegraph_worker.';

-- The first and last row of each organization is found by an index, however many there are.
create view analytics_summary with (security_invoker = true) as
select s.table_name, e.row_count, s.oldest, s.newest
from (
  select 'analytics_page_views' as table_name, min(x.oldest) as oldest, max(x.newest) as newest
  from organizations o cross join lateral (select
    (select t.viewed_at from analytics_page_views t where t.organization_id = o.id order by t.viewed_at limit 1) as oldest,
    (select t.viewed_at from analytics_page_views t where t.organization_id = o.id order by t.viewed_at desc limit 1) as newest) x
  union all
  select 'analytics_clicks', min(x.oldest), max(x.newest)
  from organizations o cross join lateral (select
    (select t.clicked_at from analytics_clicks t where t.organization_id = o.id order by t.clicked_at limit 1) as oldest,
    (select t.clicked_at from analytics_clicks t where t.organization_id = o.id order by t.clicked_at desc limit 1) as newest) x
  union all
  select 'analytics_events', min(x.oldest), max(x.newest)
  from organizations o cross join lateral (select
    (select t.occurred_at from analytics_events t where t.organization_id = o.id order by t.occurred_at limit 1) as oldest,
    (select t.occurred_at from analytics_events t where t.organization_id = o.id order by t.occurred_at desc limit 1) as newest) x
  union all
  select 'analytics_sessions', min(x.oldest), max(x.newest)
  from organizations o cross join lateral (select
    (select t.first_seen from analytics_sessions t where t.organization_id = o.id order by t.first_seen limit 1) as oldest,
    (select t.first_seen from analytics_sessions t where t.organization_id = o.id order by t.first_seen desc limit 1) as newest) x
  union all
  select d.table_name, min(x.oldest) at time zone 'UTC', max(x.newest) at time zone 'UTC'
  from unnest(array['analytics_daily_stats', 'analytics_daily_user_stats', 'analytics_daily_group_stats']) d(table_name)
  left join organizations o on true left join lateral (select
    (select t.date::timestamp from analytics_daily_stats t where t.organization_id = o.id order by t.date limit 1) as oldest,
    (select t.date::timestamp from analytics_daily_stats t where t.organization_id = o.id order by t.date desc limit 1) as newest) x on true
  group by d.table_name
  union all
  select 'analytics_daily_contact_stats', min(x.oldest) at time zone 'UTC', max(x.newest) at time zone 'UTC'
  from organizations o cross join lateral (select
    (select t.date::timestamp from analytics_daily_contact_stats t where t.organization_id = o.id order by t.date limit 1) as oldest,
    (select t.date::timestamp from analytics_daily_contact_stats t where t.organization_id = o.id order by t.date desc limit 1) as newest) x
  union all
  select 'analytics_daily_click_targets', min(x.oldest) at time zone 'UTC', max(x.newest) at time zone 'UTC'
  from organizations o cross join lateral (select
    (select t.date::timestamp from analytics_daily_click_targets t where t.organization_id = o.id order by t.date limit 1) as oldest,
    (select t.date::timestamp from analytics_daily_click_targets t where t.organization_id = o.id order by t.date desc limit 1) as newest) x
  union all
  select 'analytics_daily_page_stats', min(x.oldest) at time zone 'UTC', max(x.newest) at time zone 'UTC'
  from organizations o cross join lateral (select
    (select t.date::timestamp from analytics_daily_page_stats t where t.organization_id = o.id order by t.date limit 1) as oldest,
    (select t.date::timestamp from analytics_daily_page_stats t where t.organization_id = o.id order by t.date desc limit 1) as newest) x) s
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

-- ---- Who may

call app.protect('traffic_retention', worker => 'select', guard => 'all');
grant select on traffic_retention to pulsegraph_worker;
grant select, insert, update on traffic_retention to pulsegraph_guard;
set local role pulsegraph_guard;
insert into traffic_retention default values;
reset role;

grant create on schema public to pulsegraph_guard;
alter function cleanup_old_raw_events(int) owner to pulsegraph_guard;
revoke create on schema public from pulsegraph_guard;
alter function app.rebuild_traffic_zone(uuid) owner to pulsegraph_guard;
grant select on analytics_table_sizes, analytics_summary to pulsegraph_worker;
grant execute on function cleanup_old_raw_events(int), app.rebuild_traffic_zone(uuid), app.list_traffic_days(uuid) to pulsegraph_worker;

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
    raise exception 'increment: must be a number from 0 to 1000000.' using errcode = 'PG400';
  end if;
  if subject is null then
    allowed := case when current_setting('role') = 'pulsegraph_worker' then '{}' else app.ingestible_organizations() end;
    if cardinality(allowed) <> 1 then
      raise exception 'organization: required.' using errcode = 'PG400';
    end if;
    subject := allowed[1];
  end if;
  perform app.require_ingest_permission(array[subject]);
  perform app.lock(subject, 'traffic');
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
    from counted c join public.rollup_zones z on z.organization_id = subject and z.rollup = 'traffic'
    where c.bounces <> 0 group by 1, 2, c.user_code, c.share_code, c.contact_id
  ),
  quarter_hours as (
    update public.traffic_quarter_hours t set bounces = t.bounces + c.bounces from changes c
    where t.organization_id = subject
      and (t.bucket, t.user_code, t.share_code, t.contact_id) = (c.bucket, c.user_code, c.share_code, c.contact_id)
  )
  update public.traffic_days t set bounces = t.bounces + c.bounces
  from (
    select app.traffic_level(grouping(x.user_code, x.share_code, x.contact_id)) as level, x.date,
      coalesce(x.user_code, '') as user_code, coalesce(x.share_code, '') as share_code, coalesce(x.contact_id, '') as contact_id,
      sum(x.bounces) as bounces
    from changes x group by x.date, rollup (x.user_code, x.share_code, x.contact_id)) c
  where t.organization_id = subject
    and (t.date, t.user_code, t.share_code, t.contact_id, t.level) = (c.date, c.user_code, c.share_code, c.contact_id, c.level);
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
alter function app.increment_sessions(text[], int, int, uuid) owner to pulsegraph_guard;
grant execute on function app.increment_sessions(text[], int, int, uuid), increment_session_page_views(text[], int, uuid),
  increment_session_clicks(text[], int, uuid) to pulsegraph_api, pulsegraph_worker;
