-- package: metric
-- Metrics: what may be measured, the samples, and the tables of the rollups that answer dashboards.
--
-- A sample belongs to a series: one metric of one entity on one platform. Series are a dictionary, so that a sample is a
-- narrow row, a platform is never null and the newest reading of a series is found without its samples.
--
-- Rollups are kept by triggers on the samples, in the transaction that writes them, whoever writes. They rebuild exactly
-- the buckets that were touched, from the samples, so that late, repeated, corrected and deleted samples leave what a
-- recount would find. All arithmetic is numeric: sums are exact and do not depend on their order.

-- ---- What may be measured

create table metric_catalogue (
  name text not null,
  unit text not null,
  kind text not null,
  default_aggregation text not null,
  description text not null,
  constraint metric_catalogue_pkey primary key (name)
);
comment on table metric_catalogue is 'The metrics every organization begins with. Each gets a copy, which it may change.';
insert into metric_catalogue (name, unit, kind, default_aggregation, description) values
  ('impressions', 'impressions', 'counter', 'sum', 'How often it was shown.'),
  ('reach', 'people', 'counter', 'sum', 'How many people saw it.'),
  ('engagement', 'interactions', 'counter', 'sum', 'Likes, comments, shares, saves and clicks together, as the platform counts them.'),
  ('likes', 'likes', 'counter', 'sum', 'Likes and other reactions.'),
  ('comments', 'comments', 'counter', 'sum', 'Comments and replies.'),
  ('shares', 'shares', 'counter', 'sum', 'How often it was passed on.'),
  ('saves', 'saves', 'counter', 'sum', 'How often it was kept for later.'),
  ('clicks', 'clicks', 'counter', 'sum', 'Clicks on links and calls to action.'),
  ('views', 'views', 'counter', 'sum', 'How often a video was played.'),
  ('watch_seconds', 'seconds', 'counter', 'sum', 'How long videos were watched in all.'),
  ('profile_visits', 'visits', 'counter', 'sum', 'Visits of the profile that came from it.'),
  ('website_clicks', 'clicks', 'counter', 'sum', 'Clicks through to the website.'),
  ('followers', 'people', 'gauge', 'last', 'How many follow the account.'),
  ('following', 'accounts', 'gauge', 'last', 'How many accounts it follows.'),
  ('posts_count', 'posts', 'gauge', 'last', 'How many posts there are.'),
  ('new_followers', 'people', 'delta', 'sum', 'How many began to follow since the sample before.'),
  ('unfollows', 'people', 'delta', 'sum', 'How many stopped to follow since the sample before.'),
  ('engagement_rate', 'percent', 'ratio', 'avg', 'Engaged people per hundred reached, 0 to 100.'),
  ('click_through_rate', 'percent', 'ratio', 'avg', 'Clicks per hundred impressions, 0 to 100.'),
  ('completion_rate', 'percent', 'ratio', 'avg', 'Videos watched to the end per hundred begun, 0 to 100.'),
  ('sentiment', 'score', 'ratio', 'avg', 'How kindly people speak of it, -1 to 1.');

create table metric_definitions (
  organization_id uuid not null,
  name text not null,
  unit text,
  kind text not null,
  default_aggregation text not null,
  description text,
  built_in boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint metric_definitions_pkey primary key (organization_id, name),
  constraint metric_definitions_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint metric_definitions_name_format check (name ~ '^[a-z0-9_.-]{1,100}$'),
  constraint metric_definitions_unit_length check (length(unit) <= 50 and not app.is_blank(unit)),
  constraint metric_definitions_kind_known check (kind in ('counter', 'gauge', 'delta', 'ratio')),
  constraint metric_definitions_default_aggregation_known check (
    default_aggregation in ('sum', 'avg', 'min', 'max', 'count', 'last')),
  constraint metric_definitions_description_length check (length(description) <= 500 and not app.is_blank(description))
);
comment on table metric_definitions is 'The metrics of an organization: the built-in ones and its own. A change of kind changes how samples are read, never the samples.';
comment on constraint metric_definitions_name_format on metric_definitions is
  'name: 1 to 100 lower-case letters, digits, underscores, dots and hyphens.';
comment on constraint metric_definitions_unit_length on metric_definitions is 'unit: 1 to 50 characters, not only blanks.';
comment on constraint metric_definitions_description_length on metric_definitions is 'description: 1 to 500 characters, not only blanks.';
create trigger metric_definitions_touch before update on metric_definitions for each row execute function app.set_updated_at();

-- While the day tier is of another zone than the organization, days are answered from the quarters of an hour.
call app.add_local_day_rollup('metrics');

create function app.begin_metrics() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.metric_definitions (organization_id, name, unit, kind, default_aggregation, description, built_in)
  select new.id, c.name, c.unit, c.kind, c.default_aggregation, c.description, true from public.metric_catalogue c;
  return null;
end
$$;
comment on function app.begin_metrics() is 'Gives a new organization the catalogue of metrics.';
alter function app.begin_metrics() owner to pulsegraph_guard;

-- ---- Series and samples

create table metric_series (
  organization_id uuid not null,
  id bigint not null generated by default as identity,
  entity_type text not null,
  entity_id uuid not null,
  metric text not null,
  platform text not null default 'all',
  last_value numeric,
  last_at timestamptz,
  -- Only posts are rows here; a series of a post goes with it.
  post_id uuid generated always as (case when entity_type = 'post' then entity_id end) stored,
  constraint metric_series_pkey primary key (organization_id, id),
  constraint metric_series_entity_key unique (organization_id, entity_type, entity_id, metric, platform),
  constraint metric_series_metric_fkey foreign key (organization_id, metric)
    references metric_definitions (organization_id, name) on delete cascade,
  constraint metric_series_post_fkey foreign key (organization_id, post_id)
    references posts_core (organization_id, id) on delete cascade,
  constraint metric_series_entity_type_known check (app.is_entity_type(entity_type)),
  constraint metric_series_platform_format check (platform ~ '^[a-z0-9._-]{1,50}$')
) with (fillfactor = 80);
comment on table metric_series is
  'One metric of one entity on one platform. last_value and last_at are its newest sample, null when it has none.';
comment on constraint metric_series_post_fkey on metric_series is 'entity: there is no such post.';
-- The planner takes an organization it has not counted yet for one of a single row, for which any index would do. Without
-- statistics of the column it looks at the other ones, and takes the index that names the entity.
alter table metric_series alter column organization_id set statistics 0;
create index metric_series_metric_idx on metric_series (organization_id, metric);
create index metric_series_post_idx on metric_series (organization_id, post_id);

-- No foreign keys on samples and rollups: a trigger for each row would cost more than the row. The trigger of the
-- statement checks the series of all rows at once, and a series takes its samples along.
create table metric_readings (
  organization_id uuid not null,
  series_id bigint not null,
  recorded_at timestamptz not null,
  metric_value numeric(30, 12) not null,
  metadata jsonb,
  constraint metric_readings_pkey primary key (organization_id, series_id, recorded_at),
  constraint metric_readings_value_is_a_number check (metric_value <> 'NaN'),
  constraint metric_readings_recorded_at_in_range check (recorded_at >= '2000-01-01T00:00:00Z')
) partition by range (recorded_at);
comment on table metric_readings is
  'The samples: one number a series and instant. Partitioned by month in UTC, years before the last two by year.';

-- Its partitions were those of the other, and bring their checks along.
create table metric_readings_archive (
  organization_id uuid not null,
  series_id bigint not null,
  recorded_at timestamptz not null,
  metric_value numeric(30, 12) not null,
  metadata jsonb,
  constraint metric_readings_archive_pkey primary key (organization_id, series_id, recorded_at)
) partition by range (recorded_at);
comment on table metric_readings_archive is
  'Samples of months past the retention, whole partitions of metric_readings moved here. A late sample of such a month is written here.';

-- ---- Rollups

create table metric_rollups (
  organization_id uuid not null,
  series_id bigint not null,
  tier smallint not null,
  bucket timestamptz not null,
  samples int not null,
  sum numeric not null,
  min numeric not null,
  max numeric not null,
  first numeric not null,
  last numeric not null,
  growth numeric not null,
  constraint metric_rollups_pkey primary key (organization_id, series_id, tier, bucket),
  constraint metric_rollups_tier_known check (tier in (15, 1440))
) with (fillfactor = 70);
comment on table metric_rollups is
  'Each series in buckets of 15 minutes in UTC (tier 15), which answer every time zone, and of days of the zone in rollup_zones (tier 1440). bucket is where one begins; growth is what a counter gained in it.';

create table metric_totals (
  organization_id uuid not null,
  metric text not null,
  tier smallint not null,
  bucket timestamptz not null,
  entity_type text not null,
  platform text not null,
  samples bigint not null,
  sum numeric not null,
  growth numeric not null,
  constraint metric_totals_pkey primary key (organization_id, metric, tier, bucket, entity_type, platform),
  constraint metric_totals_tier_known check (tier in (15, 60, 1440))
) with (fillfactor = 80);
comment on table metric_totals is
  'What all series of a metric, kind of entity and platform add up to, in buckets of 15 and 60 minutes in UTC and of local days. A dashboard reads these, however many entities there are.';

create table metric_dirty_days (
  organization_id uuid not null,
  metric text not null,
  bucket timestamptz not null,
  marked_at timestamptz not null default now(),
  constraint metric_dirty_days_pkey primary key (organization_id, metric, bucket)
);
comment on table metric_dirty_days is 'Local days whose totals changed since jobs that work with whole days last looked.';
comment on column metric_dirty_days.marked_at is 'When the first change began that is not looked at yet.';

-- All samples, wherever their month lies, for rebuilding and for edges of queries.
create view metric_samples with (security_invoker = true) as
select t.organization_id, t.series_id, t.recorded_at, t.metric_value, t.metadata, false as archived
from metric_readings t
union all
select t.organization_id, t.series_id, t.recorded_at, t.metric_value, t.metadata, true
from metric_readings_archive t;
comment on view metric_samples is 'All samples, of the archive too. Join metric_series for what they are about.';

-- As the source has its tables, for those who read the database directly.
create view time_series_metrics with (security_invoker = true) as
select s.organization_id, s.entity_type, s.entity_id, s.metric as metric_name, t.metric_value, t.recorded_at, s.platform, t.metadata
from metric_readings t
join metric_series s on s.organization_id = t.organization_id and s.id = t.series_id;
comment on view time_series_metrics is 'Samples with what they are about, but for those of the archive. Shows what the reader may see.';

create view time_series_metrics_archive with (security_invoker = true) as
select s.organization_id, s.entity_type, s.entity_id, s.metric as metric_name, t.metric_value, t.recorded_at, s.platform, t.metadata
from metric_readings_archive t
join metric_series s on s.organization_id = t.organization_id and s.id = t.series_id;
comment on view time_series_metrics_archive is 'Samples of the archive with what they are about. Shows what the reader may see.';

create function app.reject_sample_move() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'A sample stays with its series and instant; delete it and insert another.' using errcode = 'PG409';
end
$$;
comment on function app.reject_sample_move() is 'Refuses to move a sample, of which the rollups would not learn.';

create function app.metric_tiers(at timestamptz, zone text) returns table (tier smallint, bucket timestamptz)
language sql stable parallel safe as $$
  select t.tier, t.bucket
  from (values
    (15::smallint, app.quarter_hour(at)), (60::smallint, date_trunc('hour', at, 'UTC')), (1440::smallint, app.local_day_start(at, zone))
  ) t(tier, bucket)
$$;
comment on function app.metric_tiers(timestamptz, text) is 'The buckets of metric_totals that an instant lies in: a quarter of an hour, an hour, a local day.';

create function app.counter_growth(before numeric, value numeric) returns numeric
language sql immutable parallel safe as $$
  select case when value >= before then value - before else value end
$$;
comment on function app.counter_growth(numeric, numeric) is
  'What a running total gained with a reading. It starts at 0; one that fell has begun again, and gained all it shows.';

create function app.whole_count(value numeric) returns bigint
language sql immutable parallel safe as $$
  select app.saturated(greatest(value, 0))
$$;
comment on function app.whole_count(numeric) is 'A value as a count: whole and not negative.';

-- Rows of posts are locked first, in one order: a row that was changed meanwhile would be passed over.
create function app.refresh_latest_metrics(organization uuid, posts uuid[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set jit = off as $$
begin
  perform 1 from public.posts_core p
  where p.organization_id = organization and p.id = any (posts) order by p.id for no key update;

  with latest as materialized (
    select t.post_id, x.*
    from (select distinct p as post_id from unnest(posts) p) t
    cross join lateral (
      select coalesce(array_agg(m.metric order by m.metric), '{}') as metrics,
        coalesce(array_agg(m.sum::double precision order by m.metric), '{}') as sums,
        coalesce(array_agg(m.mean::double precision order by m.metric), '{}') as means,
        coalesce(array_agg(m.recorded_at order by m.metric), '{}') as recorded_at
      from (
        select s.metric, sum(s.last_value) as sum, avg(s.last_value) as mean, max(s.last_at) as recorded_at
        from public.metric_series s
        where s.organization_id = organization and s.entity_type = 'post' and s.entity_id = t.post_id and s.last_at is not null
        group by s.metric) m) x
  )
  update public.posts_core p
  set latest_metrics = l.metrics, latest_sums = l.sums, latest_means = l.means, latest_at = l.recorded_at
  from latest l
  where p.organization_id = organization and p.id = l.post_id
    and p.ctid = any (array(
      select x.ctid
      from unnest(posts) t(post_id) cross join lateral (
        select p.ctid from public.posts_core p where p.organization_id = organization and p.id = t.post_id limit 1) x))
    and (p.latest_metrics, p.latest_sums, p.latest_means, p.latest_at) is distinct from (l.metrics, l.sums, l.means, l.recorded_at);
end
$$;
comment on function app.refresh_latest_metrics(uuid, uuid[]) is
  'Brings latest_metrics, latest_sums, latest_means and latest_at of posts up to date with the newest values of their series.';
alter function app.refresh_latest_metrics(uuid, uuid[]) owner to pulsegraph_guard;

-- A series that goes takes its samples along, and its part of the totals, unless all of the organization goes.
create function app.delete_metric_series() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  organization uuid;
begin
  for organization in select distinct g.organization_id from gone g order by 1 loop
    perform app.lock(organization, 'metrics');
    if exists (select from public.organizations o where o.id = organization) then
      insert into public.metric_totals as t
        (organization_id, metric, tier, bucket, entity_type, platform, samples, sum, growth)
      select organization, g.metric, k.tier, k.bucket, g.entity_type, g.platform, -sum(r.samples), -sum(r.sum), -sum(r.growth)
      from gone g
      join public.rollup_zones z on z.organization_id = g.organization_id and z.rollup = 'metrics'
      join public.metric_rollups r on r.organization_id = g.organization_id and r.series_id = g.id and r.tier = 15
      cross join lateral app.metric_tiers(r.bucket, z.time_zone) k
      where g.organization_id = organization
      group by g.metric, k.tier, k.bucket, g.entity_type, g.platform
      order by g.metric, k.tier, k.bucket, g.entity_type, g.platform
      on conflict (organization_id, metric, tier, bucket, entity_type, platform) do update set
        samples = t.samples + excluded.samples, sum = t.sum + excluded.sum, growth = t.growth + excluded.growth;
      insert into public.metric_dirty_days (organization_id, metric, bucket)
      select distinct organization, g.metric, r.bucket
      from gone g join public.metric_rollups r on r.organization_id = g.organization_id and r.series_id = g.id and r.tier = 1440
      where g.organization_id = organization
      on conflict do nothing;
      delete from public.metric_totals t
      using (select distinct g.metric, g.entity_type, g.platform from gone g where g.organization_id = organization) g
      where t.organization_id = organization and t.metric = g.metric and t.entity_type = g.entity_type
        and t.platform = g.platform and t.samples = 0;
      perform app.refresh_latest_metrics(organization, array(
        select distinct g.post_id from gone g where g.organization_id = organization and g.post_id is not null));
    else
      delete from public.metric_totals t where t.organization_id = organization;
      delete from public.metric_dirty_days c where c.organization_id = organization;
    end if;
  end loop;
  delete from public.metric_rollups r using gone g where r.organization_id = g.organization_id and r.series_id = g.id;
  delete from public.metric_readings m using gone g where m.organization_id = g.organization_id and m.series_id = g.id;
  delete from public.metric_readings_archive m using gone g where m.organization_id = g.organization_id and m.series_id = g.id;
  return null;
end
$$;
comment on function app.delete_metric_series() is 'Takes samples and rollups of deleted series along.';
alter function app.delete_metric_series() owner to pulsegraph_guard;

create trigger metric_definitions_limit before insert on metric_definitions
  for each row execute function app.enforce_row_limit('metrics');
create trigger organizations_begin_metrics after insert on organizations
  for each row execute function app.begin_metrics();
create trigger metric_readings_move before update of organization_id, series_id, recorded_at on metric_readings
  for each row execute function app.reject_sample_move();
create trigger metric_readings_archive_move
  before update of organization_id, series_id, recorded_at on metric_readings_archive
  for each row execute function app.reject_sample_move();
create trigger posts_core_lock_metrics before delete on posts_core
  for each row execute function app.lock_before_delete('metrics', 'organization_id');
create trigger organizations_lock_metrics before delete on organizations
  for each row execute function app.lock_before_delete('metrics', 'id');
create trigger metric_series_deleted after delete on metric_series
  referencing old table as gone for each statement execute function app.delete_metric_series();

-- ---- The wall: everybody in the organization reads, editors write samples, only the triggers write rollups

call app.protect('metric_definitions', reads => 'viewer', inserts => 'editor', updates => 'editor',
  worker => 'select', guard => 'all');
call app.protect('metric_series', reads => 'viewer', inserts => 'editor', worker => 'all', guard => 'all');
call app.protect('metric_readings', reads => 'viewer', inserts => 'editor', updates => 'editor', deletes => 'editor',
  worker => 'all', guard => 'all');
call app.protect('metric_readings_archive', reads => 'viewer', inserts => 'editor', updates => 'editor', deletes => 'editor',
  worker => 'all', guard => 'all');
call app.protect('metric_rollups', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('metric_totals', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('metric_dirty_days', worker => 'select', guard => 'all');

create policy post_insights_guard on post_insights to pulsegraph_guard using (true) with check (true);

grant select on metric_catalogue to pulsegraph_guard;
grant select, insert on metric_definitions to pulsegraph_api;
grant update (unit, kind, default_aggregation, description) on metric_definitions to pulsegraph_api;
grant select, insert on metric_definitions to pulsegraph_guard;
grant select on metric_definitions to pulsegraph_worker;
grant select on metric_series to pulsegraph_api, pulsegraph_worker;
grant insert (organization_id, entity_type, entity_id, metric, platform) on metric_series to pulsegraph_api, pulsegraph_worker;
grant select, update on metric_series to pulsegraph_guard;
grant select, delete on metric_readings, metric_readings_archive to pulsegraph_api, pulsegraph_worker;
grant insert (organization_id, series_id, recorded_at, metric_value, metadata), update (metric_value, metadata)
  on metric_readings, metric_readings_archive to pulsegraph_api, pulsegraph_worker;
grant select on metric_samples to pulsegraph_api;
grant select on time_series_metrics, time_series_metrics_archive to pulsegraph_api, pulsegraph_worker;
grant select on metric_samples to pulsegraph_guard, pulsegraph_worker;
grant select on metric_rollups, metric_totals to pulsegraph_api, pulsegraph_worker;
grant select, insert, update, delete on metric_rollups, metric_totals, metric_dirty_days to pulsegraph_guard;
grant select on metric_dirty_days to pulsegraph_worker;
grant select, insert, update, delete on post_insights to pulsegraph_guard;
grant execute on function app.metric_tiers(timestamptz, text), app.counter_growth(numeric, numeric)
  to pulsegraph_api, pulsegraph_worker, pulsegraph_guard;
grant execute on function app.reject_sample_move(), app.whole_count(numeric) to pulsegraph_guard;

call app.partition_by_month('metric_readings', recent_years => 2, retention => 'samples');
call app.partition_by_month('metric_readings_archive', premake => null);

-- Organizations that are there already. Forced row security shows them to the guard, not to the owner.
set local role pulsegraph_guard;
insert into metric_definitions (organization_id, name, unit, kind, default_aggregation, description, built_in)
select o.id, c.name, c.unit, c.kind, c.default_aggregation, c.description, true from organizations o cross join metric_catalogue c;
reset role;

-- Who reads the comparison is told how far behind it is.
create policy metric_dirty_days_select on metric_dirty_days for select to pulsegraph_api
  using (organization_id = any ((select app.readable_organizations())::uuid[]));
grant select on metric_dirty_days to pulsegraph_api;
