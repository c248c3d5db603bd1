-- package: traffic
-- Traffic: the rollups of events and sessions that answer dashboards.
--
-- A session counts where it began: in the quarter of an hour, the local day and under the codes of its earliest event. Views
-- and clicks count at their own instant and under their own codes.

call app.add_local_day_rollup('traffic');

create table traffic_quarter_hours (
  organization_id uuid not null,
  bucket timestamptz not null,
  user_code text not null default '',
  share_code text not null default '',
  contact_id text not null default '',
  sessions int not null default 0,
  page_views int not null default 0,
  clicks int not null default 0,
  bounces int not null default 0,
  seconds bigint not null default 0,
  visitors bytea,
  constraint traffic_quarter_hours_pkey primary key (organization_id, bucket, user_code, share_code, contact_id)
) with (fillfactor = 80);
comment on table traffic_quarter_hours is
  'Traffic by quarters of an hour in UTC, from which days of any zone are built. Sessions, bounces (one view and no click) and seconds count where the session began.';
comment on column traffic_quarter_hours.visitors is 'A HyperLogLog sketch of the visitors who viewed or clicked, as Apache DataSketches writes it.';

create table traffic_quarter_hour_clicks (
  organization_id uuid not null,
  bucket timestamptz not null,
  user_code text not null default '',
  share_code text not null default '',
  contact_id text not null default '',
  click_category text not null,
  click_target text not null,
  clicks int not null default 0,
  constraint traffic_quarter_hour_clicks_pkey
    primary key (organization_id, bucket, user_code, share_code, contact_id, click_category, click_target)
) with (fillfactor = 80);
comment on table traffic_quarter_hour_clicks is 'Clicks on each target by quarters of an hour in UTC.';

create table traffic_quarter_hour_pages (
  organization_id uuid not null,
  bucket timestamptz not null,
  user_code text not null default '',
  share_code text not null default '',
  contact_id text not null default '',
  page_type text not null,
  page_views int not null default 0,
  constraint traffic_quarter_hour_pages_pkey
    primary key (organization_id, bucket, user_code, share_code, contact_id, page_type)
) with (fillfactor = 80);
comment on table traffic_quarter_hour_pages is 'Views of each type of page by quarters of an hour in UTC.';

-- The days of an organization, of its user codes, of their share codes (which a source calls groups) and of the contacts of
-- these have one shape, and are written together. Each level is a partition that has the name the sources know it by, so
-- that readers of one level name it and need no condition.
create table traffic_days (
  organization_id uuid not null,
  level text not null,
  date date not null,
  user_code text not null default '',
  share_code text not null default '',
  contact_id text not null default '',
  total_sessions int not null default 0,
  total_page_views int not null default 0,
  total_clicks int not null default 0,
  bounces int not null default 0,
  session_seconds bigint not null default 0,
  first_visit timestamptz,
  last_visit timestamptz,
  visitors bytea,
  -- The level comes last, since it is the same in all of a partition.
  constraint traffic_days_pkey primary key (organization_id, date, user_code, share_code, contact_id, level)
) partition by list (level);
comment on table traffic_days is
  'Traffic by local days, a row for each with any: at the level of the whole organization, of each user code (user), of each share code of a user code, its contacts too (group), and of each contact.';
comment on column traffic_days.first_visit is 'The first view or click of a contact on the day; null at other levels. last_visit is the last one.';
comment on column traffic_days.visitors is 'A sketch as that of traffic_quarter_hours.';

create table analytics_daily_stats partition of traffic_days (
  level default 'organization',
  constraint analytics_daily_stats_no_code check (user_code = '' and share_code = '' and contact_id = '')
) for values in ('organization') with (fillfactor = 80);
comment on table analytics_daily_stats is 'Traffic of the whole organization, a row for each local day with any.';

create table analytics_daily_user_stats partition of traffic_days (
  level default 'user',
  constraint analytics_daily_user_stats_user_code_alone check (share_code = '' and contact_id = '')
) for values in ('user') with (fillfactor = 80);
comment on table analytics_daily_user_stats is 'Traffic of each user code by local days.';

create table analytics_daily_group_stats partition of traffic_days (
  level default 'group',
  constraint analytics_daily_group_stats_no_contact check (contact_id = '')
) for values in ('group') with (fillfactor = 80);
comment on table analytics_daily_group_stats is 'Traffic of each share code of a user code by local days, that of its contacts too.';

create table analytics_daily_contact_stats partition of traffic_days (
  level default 'contact',
  first_visit not null,
  last_visit not null,
  constraint analytics_daily_contact_stats_contact_id_given check (contact_id <> '')
) for values in ('contact') with (fillfactor = 80);
comment on table analytics_daily_contact_stats is
  'Traffic of each contact by local days. first_visit and last_visit are its first and last view or click of the day.';

-- Codes come first, so that the planner never takes such an index for one that finds the days of an organization.
create index analytics_daily_user_stats_user_code_idx on analytics_daily_user_stats (user_code, organization_id, date);
create index analytics_daily_group_stats_share_code_idx
  on analytics_daily_group_stats (share_code, organization_id, date, user_code);
create index analytics_daily_contact_stats_contact_id_idx on analytics_daily_contact_stats (contact_id, organization_id, date);

create table analytics_daily_click_targets (
  organization_id uuid not null,
  date date not null,
  user_code text not null default '',
  share_code text not null default '',
  click_category text not null,
  click_target text not null,
  click_count int not null default 0,
  constraint analytics_daily_click_targets_pkey
    primary key (organization_id, date, user_code, share_code, click_category, click_target)
) with (fillfactor = 80);
comment on table analytics_daily_click_targets is 'Clicks on each target by local days.';

create table analytics_daily_page_stats (
  organization_id uuid not null,
  date date not null,
  user_code text not null default '',
  share_code text not null default '',
  page_type text not null,
  view_count int not null default 0,
  constraint analytics_daily_page_stats_pkey primary key (organization_id, date, user_code, share_code, page_type)
) with (fillfactor = 80);
comment on table analytics_daily_page_stats is 'Views of each type of page by local days.';

-- ---- Rollups. A session that moves counts no more where it began so far. Some view or click has always happened where a
-- session began, so that no row is left with nothing in it.

create function app.create_traffic_staging() returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.require_own_temporary_tables('{traffic_changes,batch_days,visitor_sketches}');
  if to_regclass('pg_temp.traffic_changes') is null then
    create temporary table traffic_changes (
      like public.traffic_quarter_hours, date date not null, first_at timestamptz not null, last_at timestamptz not null
    ) on commit delete rows;
    -- Which day a quarter of an hour is in takes some microseconds, so it is asked once for each.
    create temporary table batch_days (
      organization_id uuid not null, bucket timestamptz not null, date date not null
    ) on commit delete rows;
    create temporary table visitor_sketches (
      level text not null,
      organization_id uuid not null,
      bucket timestamptz,
      date date not null,
      user_code text not null,
      share_code text not null,
      contact_id text not null,
      visitors bytea
    ) on commit delete rows;
    grant select, insert, delete on pg_temp.visitor_sketches to pulsegraph_api, pulsegraph_worker;
  end if;
  delete from pg_temp.traffic_changes;
  delete from pg_temp.batch_days;
  delete from pg_temp.visitor_sketches;
end
$$;
comment on function app.create_traffic_staging() is
  'Makes or empties the temporary tables that app.count_traffic works with, and those of sketches.';
alter function app.create_traffic_staging() owner to pulsegraph_guard;
grant execute on function app.create_traffic_staging() to pulsegraph_api, pulsegraph_worker;

create function app.count_traffic() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  perform app.require_own_temporary_tables('{traffic_changes,batch_days,visitor_sketches}');
  perform app.find_batch_days();
  perform app.note_traffic_changes();
  perform app.add_traffic_quarter_hours();
  perform app.add_traffic_days();
  perform app.add_traffic_clicks();
  perform app.add_traffic_pages();
end
$$;
comment on function app.count_traffic() is
  'Moves rollups by what a batch of events changes. It leaves the sketches of visitors as they are: those of all rows that changed are in visitor_sketches, for app.store_visitor_sketches.';

create function app.find_batch_days() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  insert into pg_temp.batch_days (organization_id, bucket, date)
  select q.organization_id, q.bucket, app.local_date(q.bucket, z.time_zone)
  from (
    select b.organization_id, b.bucket from pg_temp.event_batch b
    union
    select v.organization_id, app.quarter_hour(v.first_seen) from pg_temp.session_changes v where v.counts <> 0) q
  cross join lateral (
    select z.time_zone from public.rollup_zones z
    where z.organization_id = q.organization_id and z.rollup = 'traffic' limit 1) z;
end
$$;
comment on function app.find_batch_days() is 'Notes in which local days the quarters of an hour are that the batch changes.';

create function app.note_traffic_changes() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  insert into pg_temp.traffic_changes
    (organization_id, bucket, user_code, share_code, contact_id, sessions, page_views, clicks, bounces, seconds, date, first_at, last_at)
  select c.organization_id, c.bucket, c.user_code, c.share_code, c.contact_id, c.sessions, c.page_views, c.clicks, c.bounces,
    c.seconds, d.date, coalesce(c.first_at, 'infinity'), coalesce(c.last_at, '-infinity')
  from (
    select p.organization_id, p.bucket, p.user_code, p.share_code, p.contact_id,
      sum(p.sessions) as sessions, sum(p.page_views) as page_views, sum(p.clicks) as clicks, sum(p.bounces) as bounces,
      sum(p.seconds) as seconds, min(p.at) as first_at, max(p.at) as last_at
    from (
      select b.organization_id, b.bucket, b.user_code, b.share_code, b.contact_id, b.at,
        0 as sessions, (b.type = 'page')::int as page_views, (b.type = 'click')::int as clicks, 0 as bounces, 0 as seconds
      from pg_temp.event_batch b
      union all
      select v.organization_id, app.quarter_hour(v.first_seen), v.user_code, v.share_code, v.contact_id, null,
        v.counts, 0, 0, v.counts * (v.page_views = 1 and v.clicks = 0)::int,
        v.counts * floor(extract(epoch from v.last_seen - v.first_seen))
      from pg_temp.session_changes v where v.counts <> 0) p
    group by p.organization_id, p.bucket, p.user_code, p.share_code, p.contact_id) c
  join pg_temp.batch_days d using (organization_id, bucket)
  where (c.sessions, c.page_views, c.clicks, c.bounces, c.seconds) <> (0, 0, 0, 0, 0);
end
$$;
comment on function app.note_traffic_changes() is 'Adds up what the batch changes in quarters of an hour, and when a view or click happened first and last in each.';

create function app.add_traffic_quarter_hours() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  with added as (
    insert into public.traffic_quarter_hours as t
      (organization_id, bucket, user_code, share_code, contact_id, sessions, page_views, clicks, bounces, seconds)
    select c.organization_id, c.bucket, c.user_code, c.share_code, c.contact_id, c.sessions, c.page_views, c.clicks, c.bounces, c.seconds
    from pg_temp.traffic_changes c
    order by c.organization_id, c.bucket, c.user_code, c.share_code, c.contact_id
    on conflict (organization_id, bucket, user_code, share_code, contact_id) do update set
      sessions = t.sessions + excluded.sessions, page_views = t.page_views + excluded.page_views,
      clicks = t.clicks + excluded.clicks, bounces = t.bounces + excluded.bounces, seconds = t.seconds + excluded.seconds
    returning t.organization_id, t.bucket, t.user_code, t.share_code, t.contact_id, t.visitors
  )
  insert into pg_temp.visitor_sketches (level, organization_id, bucket, date, user_code, share_code, contact_id, visitors)
  select 'quarter_hour', a.organization_id, a.bucket, d.date, a.user_code, a.share_code, a.contact_id, a.visitors
  from added a join pg_temp.batch_days d using (organization_id, bucket);
end
$$;
comment on function app.add_traffic_quarter_hours() is 'Adds the changes of the batch to quarters of an hour, and leaves their sketches in visitor_sketches.';

create function app.traffic_level(left_out int) returns text
language sql immutable parallel safe as $$
  select case left_out when 7 then 'organization' when 3 then 'user' when 1 then 'group' when 0 then 'contact' end
$$;
comment on function app.traffic_level(int) is
  'The level in traffic_days of a row that GROUP BY ROLLUP (user_code, share_code, contact_id) makes, by what GROUPING says of these.';

-- A day of any zone is made of whole quarters of an hour, since no zone is ahead of UTC by a part of one. So is that of
-- Asia/Kolkata, which is ahead by 5 hours and a half:
--
--   UTC              18:15     18:30     18:45        ...      18:15     18:30     18:45
--   quarters  --|------|---------|---------|-- ... --|---------|---------|---------|--
--   days      ... 13 May --------|<--------------- 14 May ---------------|--- 15 May ...
--   Kolkata                    00:00                                   00:00
--
-- app.find_batch_days noted for each quarter of the batch which day it is in. Of each change, what has a contact counts in
-- four rows of that day, and all else in three: ROLLUP leaves out one code after the other, from the right.
--
--   olivia, fair, c1  2 views      contact  olivia, fair, c1  2
--   olivia, fair      1 view   ->  group    olivia, fair      3     user  olivia  7     organization  7
--   olivia            4 views      group    olivia            4
create function app.add_traffic_days() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  with added as (
    insert into public.traffic_days as t
      (organization_id, level, date, user_code, share_code, contact_id, total_sessions, total_page_views, total_clicks, bounces,
        session_seconds, first_visit, last_visit)
    select c.organization_id, c.level, c.date, coalesce(c.user_code, ''), coalesce(c.share_code, ''), coalesce(c.contact_id, ''),
      c.sessions, c.page_views, c.clicks, c.bounces, c.seconds,
      case c.level when 'contact' then c.first_at end, case c.level when 'contact' then c.last_at end
    from (
      select x.organization_id, app.traffic_level(grouping(x.user_code, x.share_code, x.contact_id)) as level, x.date,
        x.user_code, x.share_code, x.contact_id, sum(x.sessions) as sessions, sum(x.page_views) as page_views,
        sum(x.clicks) as clicks, sum(x.bounces) as bounces, sum(x.seconds) as seconds,
        min(x.first_at) as first_at, max(x.last_at) as last_at
      from pg_temp.traffic_changes x
      group by x.organization_id, x.date, rollup (x.user_code, x.share_code, x.contact_id)
      having grouping(x.contact_id) = 1 or x.contact_id <> '') c
    on conflict (organization_id, date, user_code, share_code, contact_id, level) do update set
      total_sessions = t.total_sessions + excluded.total_sessions, total_page_views = t.total_page_views + excluded.total_page_views,
      total_clicks = t.total_clicks + excluded.total_clicks, bounces = t.bounces + excluded.bounces,
      session_seconds = t.session_seconds + excluded.session_seconds,
      first_visit = least(t.first_visit, excluded.first_visit), last_visit = greatest(t.last_visit, excluded.last_visit)
    returning t.level, t.organization_id, t.date, t.user_code, t.share_code, t.contact_id, t.visitors
  )
  insert into pg_temp.visitor_sketches (level, organization_id, date, user_code, share_code, contact_id, visitors)
  select a.level, a.organization_id, a.date, a.user_code, a.share_code, a.contact_id, a.visitors from added a;
end
$$;
comment on function app.add_traffic_days() is
  'Adds the changes of the batch to the days of organizations, user codes, share codes and contacts, and leaves their sketches in visitor_sketches.';

create function app.add_traffic_clicks() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  with counted as materialized (
    select b.organization_id, b.bucket, b.user_code, b.share_code, b.contact_id, b.click_category, b.click_target, count(*) as number
    from pg_temp.event_batch b where b.type = 'click'
    group by b.organization_id, b.bucket, b.user_code, b.share_code, b.contact_id, b.click_category, b.click_target
  ),
  added as (
    insert into public.traffic_quarter_hour_clicks as t (organization_id, bucket, user_code, share_code, contact_id, click_category, click_target, clicks)
    select c.organization_id, c.bucket, c.user_code, c.share_code, c.contact_id, c.click_category, c.click_target, c.number
    from counted c order by c.organization_id, c.bucket, c.user_code, c.share_code, c.contact_id, c.click_category, c.click_target
    on conflict (organization_id, bucket, user_code, share_code, contact_id, click_category, click_target) do update set
      clicks = t.clicks + excluded.clicks
  )
  insert into public.analytics_daily_click_targets as t (organization_id, date, user_code, share_code, click_category, click_target, click_count)
  select c.organization_id, d.date, c.user_code, c.share_code, c.click_category, c.click_target, sum(c.number)
  from counted c join pg_temp.batch_days d using (organization_id, bucket)
  group by 1, 2, c.user_code, c.share_code, c.click_category, c.click_target order by 1, 2, c.user_code, c.share_code, c.click_category, c.click_target
  on conflict (organization_id, date, user_code, share_code, click_category, click_target) do update set click_count = t.click_count + excluded.click_count;
end
$$;
comment on function app.add_traffic_clicks() is 'Counts the clicks of the batch by their targets.';

create function app.add_traffic_pages() returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  with counted as materialized (
    select b.organization_id, b.bucket, b.user_code, b.share_code, b.contact_id, b.page_type, count(*) as number
    from pg_temp.event_batch b where b.type = 'page'
    group by b.organization_id, b.bucket, b.user_code, b.share_code, b.contact_id, b.page_type
  ),
  added as (
    insert into public.traffic_quarter_hour_pages as t (organization_id, bucket, user_code, share_code, contact_id, page_type, page_views)
    select c.organization_id, c.bucket, c.user_code, c.share_code, c.contact_id, c.page_type, c.number
    from counted c order by c.organization_id, c.bucket, c.user_code, c.share_code, c.contact_id, c.page_type
    on conflict (organization_id, bucket, user_code, share_code, contact_id, page_type) do update set
      page_views = t.page_views + excluded.page_views
  )
  insert into public.analytics_daily_page_stats as t (organization_id, date, user_code, share_code, page_type, view_count)
  select c.organization_id, d.date, c.user_code, c.share_code, c.page_type, sum(c.number)
  from counted c join pg_temp.batch_days d using (organization_id, bucket)
  group by 1, 2, c.user_code, c.share_code, c.page_type order by 1, 2, c.user_code, c.share_code, c.page_type
  on conflict (organization_id, date, user_code, share_code, page_type) do update set view_count = t.view_count + excluded.view_count;
end
$$;
comment on function app.add_traffic_pages() is 'Counts the views of the batch by their types of page.';

-- Sketches are merged in Java. That the rows are there already is what ON CONFLICT is for: it finds them by their keys.
create function app.store_visitor_sketches() returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set jit = off as $$
begin
  perform app.require_own_temporary_tables('{visitor_sketches}');
  perform app.require_ingest_permission(array(select distinct s.organization_id from pg_temp.visitor_sketches s));
  insert into public.traffic_quarter_hours (organization_id, bucket, user_code, share_code, contact_id, visitors)
  select s.organization_id, s.bucket, s.user_code, s.share_code, s.contact_id, s.visitors
  from pg_temp.visitor_sketches s where s.level = 'quarter_hour'
  order by s.organization_id, s.bucket, s.user_code, s.share_code, s.contact_id
  on conflict (organization_id, bucket, user_code, share_code, contact_id) do update set visitors = excluded.visitors;
  insert into public.traffic_days (organization_id, level, date, user_code, share_code, contact_id, first_visit, last_visit, visitors)
  select s.organization_id, s.level, s.date, s.user_code, s.share_code, s.contact_id,
    case s.level when 'contact' then timestamptz 'infinity' end, case s.level when 'contact' then timestamptz '-infinity' end, s.visitors
  from pg_temp.visitor_sketches s where s.level <> 'quarter_hour'
  order by s.level, s.organization_id, s.date, s.user_code, s.share_code, s.contact_id
  on conflict (organization_id, date, user_code, share_code, contact_id, level) do update set visitors = excluded.visitors;
end
$$;
comment on function app.store_visitor_sketches() is
  'Sets the sketches of rollups to those in the temporary table visitor_sketches, if the caller may send the events they are of.';
alter function app.store_visitor_sketches() owner to pulsegraph_guard;
call app.protect('traffic_quarter_hours', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('traffic_quarter_hour_clicks', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('traffic_quarter_hour_pages', reads => 'viewer', worker => 'select', guard => 'all');
-- Each level has a wall of its own, since whoever names a partition goes round that of its parent.
call app.protect('traffic_days', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('analytics_daily_stats', reads => 'viewer', worker => 'select', guard => 'select');
call app.protect('analytics_daily_user_stats', reads => 'viewer', worker => 'select', guard => 'select');
call app.protect('analytics_daily_group_stats', reads => 'viewer', worker => 'select', guard => 'select');
call app.protect('analytics_daily_contact_stats', reads => 'viewer', worker => 'select', guard => 'select');
call app.protect('analytics_daily_click_targets', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('analytics_daily_page_stats', reads => 'viewer', worker => 'select', guard => 'all');
grant select on traffic_quarter_hours, traffic_quarter_hour_clicks, traffic_quarter_hour_pages, traffic_days,
  analytics_daily_stats, analytics_daily_user_stats, analytics_daily_group_stats, analytics_daily_contact_stats,
  analytics_daily_click_targets, analytics_daily_page_stats to pulsegraph_api, pulsegraph_worker;
grant select, insert, update, delete on traffic_quarter_hours, traffic_quarter_hour_clicks,
  traffic_quarter_hour_pages, traffic_days, analytics_daily_click_targets, analytics_daily_page_stats to pulsegraph_guard;
grant select on analytics_daily_stats, analytics_daily_user_stats, analytics_daily_group_stats, analytics_daily_contact_stats
  to pulsegraph_guard;
grant execute on function app.store_visitor_sketches() to pulsegraph_api, pulsegraph_worker;
grant execute on function app.count_traffic(), app.find_batch_days(), app.note_traffic_changes(), app.add_traffic_quarter_hours(),
  app.traffic_level(int), app.add_traffic_days(), app.add_traffic_clicks(), app.add_traffic_pages() to pulsegraph_guard;

-- Whoever writes days: the batch of events, an audit that repairs them, a change of zone. They name the parent, so that only
-- a trigger for each row comes by here; an organization has few days in a batch.
create function app.notify_traffic() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform app.notify_change('traffic', coalesce(new.organization_id, old.organization_id));
  return null;
end
$$;
comment on function app.notify_traffic() is 'Tells that a day of an organization''s traffic changed.';
create trigger analytics_daily_stats_notify_traffic after insert or update or delete on analytics_daily_stats
  for each row execute function app.notify_traffic();

create function app.delete_traffic() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from public.traffic_quarter_hours t where t.organization_id = old.id;
  delete from public.traffic_quarter_hour_clicks t where t.organization_id = old.id;
  delete from public.traffic_quarter_hour_pages t where t.organization_id = old.id;
  delete from public.traffic_days t where t.organization_id = old.id;
  delete from public.analytics_daily_click_targets t where t.organization_id = old.id;
  delete from public.analytics_daily_page_stats t where t.organization_id = old.id;
  return null;
end
$$;
comment on function app.delete_traffic() is 'Takes the traffic of a deleted organization along.';
alter function app.delete_traffic() owner to pulsegraph_guard;
create trigger organizations_delete_traffic after delete on organizations
  for each row execute function app.delete_traffic();
