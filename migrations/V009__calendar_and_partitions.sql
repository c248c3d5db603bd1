-- package: maintenance
-- The calendar of rollups, and the partitions of tables that grow with time.
--
-- Calendar: rollups count in quarters of an hour in UTC, from which days of every time zone can be built, and in local
-- days. Java and SQL agree on both (java.time, PostgreSQL's own zones).
--
-- Partitions: a table that grows with time is partitioned by range of one timestamptz. Its migration calls
-- app.partition_by_month, which registers it in monthly_tables. Everything else reads that table:
--
--   a write                  -> app.make_partitions(parent, months)    the months it needs
--   a job, once a day        -> app.make_partitions_ahead()            this month and the next ones, of all tables
--   retention of a feature   -> app.partition_ranges                   partitions and their bounds, from the catalogue
--
-- Partitions live in a schema of their own, where nobody may go but through their parent. The parents belong to the
-- guard, so that a write can make the partition it needs.

-- ---- Calendar

create function app.quarter_hour(at timestamptz) returns timestamptz
language sql immutable parallel safe as $$
  select date_bin('15 minutes', at, '2000-01-01T00:00:00Z')
$$;
comment on function app.quarter_hour(timestamptz) is 'Where the quarter of an hour begins that an instant lies in.';

-- Where a clock shows midnight twice, a day begins with the first of them, as java.time has it. PostgreSQL takes an
-- ambiguous time for the later one.
create function app.start_of_day(day date, zone text) returns timestamptz
language sql stable parallel safe as $$
  select case
    when (m.at - interval '1 hour') at time zone zone = day::timestamp then m.at - interval '1 hour'
    else m.at
  end
  from (select day::timestamp at time zone zone as at) m
$$;
comment on function app.start_of_day(date, text) is 'The first instant of a local day.';

-- A clock put back over midnight shows the end of the day before once more; that belongs to the new day.
create function app.local_day_start_near_change(at timestamptz, zone text) returns timestamptz
language sql stable parallel safe as $$
  select case
    when app.start_of_day((at at time zone zone)::date + 1, zone) <= at then app.start_of_day((at at time zone zone)::date + 1, zone)
    else app.start_of_day((at at time zone zone)::date, zone)
  end
$$;
comment on function app.local_day_start_near_change(timestamptz, text) is
  'What app.local_day_start answers within a day of a change of clocks.';

-- Asked for each bucket that is written: where clocks do not change all day, PostgreSQL's own truncation is right, and 20
-- times faster.
create function app.local_day_start(at timestamptz, zone text) returns timestamptz
language sql stable parallel safe as $$
  select case
    when (at + interval '3 hours') at time zone zone - (at - interval '27 hours') at time zone zone = interval '30 hours'
      then date_trunc('day', at, zone)
    else app.local_day_start_near_change(at, zone)
  end
$$;
comment on function app.local_day_start(timestamptz, text) is 'Where the local day begins that an instant lies in.';

create function app.local_date(at timestamptz, zone text) returns date
language sql stable parallel safe as $$
  select (app.local_day_start(at, zone) at time zone zone)::date
$$;
comment on function app.local_date(timestamptz, text) is 'The local day that an instant lies in.';

create function app.local_day_span(day date, zone text, out since timestamptz, out until timestamptz)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select min(q), max(q) + interval '15 minutes'
  from generate_series(
    day::timestamp at time zone 'UTC' - interval '16 hours', day::timestamp at time zone 'UTC' + interval '40 hours',
    interval '15 minutes') q
  where app.local_date(q, zone) = day
$$;
comment on function app.local_day_span(date, text) is
  'Where a local day begins and where the next one does; null for a day that a zone left out.';

create function app.months_between(since timestamptz, until timestamptz) returns date[]
language sql immutable parallel safe as $$
  select array(select m::date from generate_series(
    date_trunc('month', since at time zone 'UTC'), date_trunc('month', until at time zone 'UTC'), interval '1 month') m)
$$;
comment on function app.months_between(timestamptz, timestamptz) is
  'The months in UTC from that of one instant to that of another; none where there is no instant.';

-- ---- Which tables are partitioned by month

create schema partitions;
comment on schema partitions is 'Partitions of large tables. They are read and written through their parents only.';
grant usage, create on schema partitions to pulsegraph_guard;

create table monthly_tables (
  parent text not null,
  position int not null generated always as identity,
  premake int,
  recent_years int,
  retention text,
  fillfactor int,
  constraint monthly_tables_pkey primary key (parent),
  constraint monthly_tables_premake_in_range check (premake between 0 and 24),
  constraint monthly_tables_recent_years_positive check (recent_years >= 0),
  constraint monthly_tables_fillfactor_in_range check (fillfactor between 10 and 100)
);
comment on table monthly_tables is
  'The tables that are partitioned by month in UTC, and how. Migrations register them by app.partition_by_month.';
comment on column monthly_tables.position is 'Whoever needs partitions or locks of several of them takes them in this order.';
comment on column monthly_tables.premake is
  'How many months after this one have partitions made ahead. Null: none is made here, since its partitions were those of another table.';
comment on column monthly_tables.recent_years is
  'How many years before this one have a partition for each month; those before them share one each. Null: all months have their own.';
comment on column monthly_tables.retention is
  'The retention that ends its partitions, by the name that the function gives it which detaches or drops them. Null: they stay.';
comment on column monthly_tables.fillfactor is 'Of each partition, since only partitions can have one. Null: PostgreSQL''s own.';

create procedure app.partition_by_month(
  relation regclass,
  premake int default 3,
  recent_years int default null,
  retention text default null,
  fillfactor int default null
)
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.monthly_tables (parent, premake, recent_years, retention, fillfactor)
  select c.relname, partition_by_month.premake, partition_by_month.recent_years, partition_by_month.retention,
    partition_by_month.fillfactor
  from pg_class c where c.oid = relation;
  -- Who makes partitions must own their parent. A new owner needs CREATE where the table lives, for this moment only.
  grant create on schema public to pulsegraph_guard;
  execute format('alter table %s owner to pulsegraph_guard', relation);
  revoke create on schema public from pulsegraph_guard;
end
$$;
comment on procedure app.partition_by_month(regclass, int, int, text, int) is
  'Registers a table that is partitioned by range of an instant in monthly_tables, and hands it over to the guard, who makes its partitions.';

-- ---- What partitions there are

-- The catalogue has bounds as an expression, which is printed as the session prints instants: hence the settings. There is
-- no column in it, so no table need be named, and opened.
create function app.partition_range(partition oid) returns tstzrange
language sql stable strict
set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO' as $$
  select tstzrange(b.bounds[1]::timestamptz, b.bounds[2]::timestamptz)
  from pg_class c
  cross join lateral regexp_match(
    pg_get_expr(c.relpartbound, 0), '^FOR VALUES FROM \(''([^'']+)''\) TO \(''([^'']+)''\)$') b(bounds)
  where c.oid = partition
$$;
comment on function app.partition_range(oid) is
  'Which instants a partition holds; null or a range without bounds where it is none between two instants.';

create view app.partition_ranges with (security_invoker = true) as
select p.relname as parent, c.relname as name, lower(r.range) as since, upper(r.range) as until
from monthly_tables t
join pg_class p on p.relname = t.parent and p.relnamespace = 'public'::regnamespace
join pg_inherits i on i.inhparent = p.oid
join pg_class c on c.oid = i.inhrelid
cross join lateral (select app.partition_range(c.oid) as range offset 0) r;
comment on view app.partition_ranges is
  'The partitions of monthly_tables with the instants they hold, from since until before until. Both are null where a partition is no range of time.';

-- ---- Making partitions

-- CREATE TABLE ... PARTITION OF would stop every reader for a moment; ATTACH lets them go on. The check spares it a scan.
create function app.make_partition(parent text, name text, since timestamptz, until timestamptz) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  -- What the table is partitioned by: one column of timestamptz.
  instant constant text := (
    select a.attname
    from pg_catalog.pg_partitioned_table p
    join pg_catalog.pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
    where p.partrelid = format('public.%I', parent)::regclass);
  fill constant int := (select t.fillfactor from public.monthly_tables t where t.parent = make_partition.parent);
begin
  execute format(
    'create table partitions.%1$I (like public.%2$I including defaults including constraints, constraint %3$I check (%4$I >= %5$L and %4$I < %6$L))',
    name, parent, name || '_range', instant, since, until)
    || coalesce(' with (fillfactor = ' || fill || ')', '');
  execute format('alter table partitions.%I enable row level security, force row level security', name);
  execute format('alter table public.%I attach partition partitions.%I for values from (%L) to (%L)', parent, name, since, until);
end
$$;
comment on function app.make_partition(text, text, timestamptz, timestamptz) is
  'Makes one partition of a table. For functions of the guard, which owns such tables, and for what restores a backup.';

create function app.make_month_partitions(parent text, months date[]) returns int
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  month date;
  name text;
  made int := 0;
begin
  for month in select distinct date_trunc('month', m)::date from unnest(months) m order by 1 loop
    name := parent || to_char(month, '_YYYY_MM');
    continue when to_regclass(format('partitions.%I', name)) is not null;
    -- Two writers may need the same month at the same moment.
    perform pg_advisory_xact_lock(hashtextextended('pulsegraph partition ' || name, 0));
    -- Not by to_regclass, which remembers that there was no such table before the wait.
    continue when exists (select from pg_catalog.pg_class c where c.relnamespace = 'partitions'::regnamespace and c.relname = name);
    perform app.make_partition(
      parent, name, month::timestamp at time zone 'UTC', (month + interval '1 month') at time zone 'UTC');
    made := made + 1;
  end loop;
  return made;
end
$$;
comment on function app.make_month_partitions(text, date[]) is
  'Makes the partitions of a table for these months that are missing, each of one month; answers how many. For functions of the guard, which owns such tables.';

-- Where whoever writes says when it was, somebody may write of each month since 2000, and every partition costs everybody's
-- questions. So years before the recent ones share a partition each, but for those that have months already: with two
-- recent years, of all the time since 2000 that makes some sixty.
--
--   2000 ... 2022   2023   2024-01 ... 2024-12   2025-01 ... 2025-12   2026-01 ...
--   one each               <---- recent_years: a partition a month ---->  this year
create function app.make_partitions(parent text, months date[]) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  -- A month that no event of ours can be in is somebody's mistake, and a partition stays.
  far constant date := (select m from unnest(months) m where m < '2000-01-01' or m > now() + interval '2 years' limit 1);
  recent_since date;
  old record;
  monthly date[];
  made int := 0;
begin
  -- Every write comes by here, and hardly one finds a month missing.
  if not exists (select from unnest(months) m where to_regclass(format('partitions.%I', parent || to_char(m, '_YYYY_MM'))) is null) then
    return 0;
  end if;
  select date_trunc('year', now() at time zone 'UTC') - make_interval(years => t.recent_years) into recent_since
  from public.monthly_tables t where t.parent = make_partitions.parent and t.premake is not null;
  if not found then
    raise exception 'parent: % is not a table whose partitions are made by month.', parent using errcode = 'PG400';
  end if;
  if far is not null then
    raise exception 'months: % is not between 2000 and two years from now.', far using errcode = 'PG400';
  end if;
  for old in
    select y.year, parent || to_char(y.year, '_YYYY') as name, array_agg(y.month) as months
    from (select date_trunc('year', m::timestamp)::date as year, m as month from unnest(months) m where m < recent_since) y
    group by y.year order by y.year
  loop
    continue when to_regclass(format('partitions.%I', old.name)) is not null;
    -- One writer at a time decides for a year, which another may see as a recent one at its turn.
    perform pg_advisory_xact_lock(hashtextextended('pulsegraph partition ' || old.name, 0));
    -- As above: to_regclass would remember.
    continue when exists (select from pg_catalog.pg_class c where c.relnamespace = 'partitions'::regnamespace and c.relname = old.name);
    if exists (select from pg_catalog.pg_class c
      where c.relnamespace = 'partitions'::regnamespace and c.relname ~ ('^' || old.name || '_\d\d$')) then
      monthly := monthly || old.months;
      continue;
    end if;
    perform app.make_partition(
      parent, old.name, old.year::timestamp at time zone 'UTC', (old.year + interval '1 year') at time zone 'UTC');
    made := made + 1;
  end loop;
  return made + app.make_month_partitions(
    parent, monthly || array(select m from unnest(months) m where recent_since is null or m >= recent_since));
end
$$;
comment on function app.make_partitions(text, date[]) is
  'Makes the partitions of one of monthly_tables for these months that are missing; answers how many. Where it has recent_years, years before them share one each.';

create function app.make_partitions_ahead(months int default null) returns int
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  monthly record;
  made int := 0;
begin
  for monthly in
    select t.parent, greatest(coalesce(make_partitions_ahead.months, t.premake), 0) as ahead
    from public.monthly_tables t where t.premake is not null order by t.position
  loop
    made := made + app.make_partitions(monthly.parent, array(
      select (date_trunc('month', now(), 'UTC') at time zone 'UTC' + make_interval(months => m))::date
      from generate_series(0, monthly.ahead) m));
  end loop;
  return made;
end
$$;
comment on function app.make_partitions_ahead(int) is
  'Makes the partitions of this month and the next ones of all monthly_tables, as many as each says or as are given, so that no write has to; answers how many were missing.';

-- ---- Zones of rollups

-- Figures of local days are kept for one time zone. When an organization moves to another, they stay as they are until a job
-- has rebuilt them, one rollup after the other; until then each is of the zone it was built for.

create table local_day_rollups (
  name text not null,
  constraint local_day_rollups_pkey primary key (name)
);
comment on table local_day_rollups is
  'What has figures of local days, a name for each feature. Migrations register it by app.add_local_day_rollup.';

create table rollup_zones (
  organization_id uuid not null,
  rollup text not null,
  time_zone text not null,
  constraint rollup_zones_pkey primary key (organization_id, rollup),
  constraint rollup_zones_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint rollup_zones_rollup_fkey foreign key (rollup) references local_day_rollups (name) on delete cascade
);
comment on table rollup_zones is 'The time zone in which the local days of an organization begin, as each of local_day_rollups has them.';
create index rollup_zones_rollup_idx on rollup_zones (rollup);

create function app.add_rollup_zones() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.rollup_zones (organization_id, rollup, time_zone)
  select new.id, r.name, new.time_zone from public.local_day_rollups r;
  return null;
end
$$;
comment on function app.add_rollup_zones() is 'Notes the zone of a new organization for each of local_day_rollups.';
alter function app.add_rollup_zones() owner to pulsegraph_guard;
create trigger organizations_add_rollup_zones after insert on organizations
  for each row execute function app.add_rollup_zones();

create procedure app.add_local_day_rollup(name text)
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.local_day_rollups (name) values (add_local_day_rollup.name);
  -- For organizations that are there already. Forced row security shows them to the guard, not to the owner.
  set local role pulsegraph_guard;
  insert into public.rollup_zones (organization_id, rollup, time_zone)
  select o.id, add_local_day_rollup.name, o.time_zone from public.organizations o;
  reset role;
end
$$;
comment on procedure app.add_local_day_rollup(text) is
  'Registers a rollup that has figures of local days, whose zone is then in rollup_zones for every organization.';

create function app.outdated_zones(rollup text) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select z.organization_id
  from public.rollup_zones z join public.organizations o on o.id = z.organization_id
  where z.rollup = outdated_zones.rollup and z.time_zone <> o.time_zone order by 1
$$;
comment on function app.outdated_zones(text) is 'The organizations of which a rollup has days of a time zone they left.';
alter function app.outdated_zones(text) owner to pulsegraph_guard;

create function app.update_rollup_zone(organization uuid, rollup text) returns text
language sql volatile set search_path = pg_catalog, pg_temp as $$
  update public.rollup_zones z set time_zone = o.time_zone
  from public.organizations o
  where o.id = update_rollup_zone.organization and z.organization_id = o.id and z.rollup = update_rollup_zone.rollup
    and z.time_zone <> o.time_zone
  returning z.time_zone
$$;
comment on function app.update_rollup_zone(uuid, text) is
  'Notes the organization''s zone as that of its rollup, whose days the caller is about to rebuild; answers it, or null when it is noted already.';

call app.protect('rollup_zones', reads => 'viewer', worker => 'select', guard => 'all');
grant select on rollup_zones to pulsegraph_api, pulsegraph_worker;
grant select, insert, update on rollup_zones to pulsegraph_guard;
grant select on local_day_rollups to pulsegraph_guard;
grant execute on function app.outdated_zones(text) to pulsegraph_worker;
grant execute on function app.update_rollup_zone(uuid, text) to pulsegraph_guard;

-- ---- Who may

alter function app.make_partitions(text, date[]) owner to pulsegraph_guard;
grant execute on function app.quarter_hour(timestamptz), app.start_of_day(date, text), app.local_day_start_near_change(timestamptz, text),
  app.local_day_start(timestamptz, text), app.local_date(timestamptz, text)
  to pulsegraph_api, pulsegraph_worker, pulsegraph_guard;
grant execute on function app.local_day_span(date, text) to pulsegraph_worker, pulsegraph_guard;
grant execute on function app.months_between(timestamptz, timestamptz) to pulsegraph_guard;
grant select on monthly_tables, app.partition_ranges to pulsegraph_worker, pulsegraph_guard;
grant execute on function app.partition_range(oid) to pulsegraph_worker, pulsegraph_guard;
grant execute on function app.make_partition(text, text, timestamptz, timestamptz),
  app.make_month_partitions(text, date[]) to pulsegraph_guard;
grant execute on function app.make_partitions(text, date[]), app.make_partitions_ahead(int) to pulsegraph_worker;
