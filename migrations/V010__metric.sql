-- Metrics: what may be measured, the samples, and the rollups that answer dashboards.
--
-- A sample belongs to a series: one metric of one entity on one platform. Series are a dictionary, so that a sample is a
-- narrow row, a platform is never null and the newest reading of a series is found without its samples.
--
-- Rollups are kept by triggers on the samples, in the transaction that writes them, whoever writes. They rebuild exactly
-- the buckets that were touched, from the samples, so that late, repeated, corrected and deleted samples leave what a
-- recount would find. All arithmetic is numeric: sums are exact and do not depend on their order.

-- Samples come by COPY, which row security allows only into a temporary table. It is the guard who makes it: whoever owns a
-- temporary table can put triggers, defaults and types of their own under what functions of the guard read. PostgreSQL lets
-- everybody make them, until the database's owner says otherwise.
do $$
begin
  if has_database_privilege('pulsegraph_api', current_database(), 'temporary') then
    execute format('revoke temporary on database %I from public, pulsegraph_api, pulsegraph_worker', current_database());
  end if;
  if not has_database_privilege('pulsegraph_guard', current_database(), 'temporary') then
    execute format('grant temporary on database %I to pulsegraph_guard', current_database());
  end if;
end
$$;

-- In a database whose owner is somebody else, the rest may still make them.
create function app.refuse_foreign_temporaries(names text[]) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if exists (
    select from pg_catalog.pg_class c
    where c.relnamespace = pg_my_temp_schema() and c.relname = any (names) and c.relowner <> 'pulsegraph_guard'::regrole) then
    raise exception 'a temporary table is not of the guard''s making' using errcode = '42501';
  end if;
end
$$;
comment on function app.refuse_foreign_temporaries(text[]) is
  'An error when one of these temporary tables belongs to anybody but the guard, who makes those of a batch.';
grant execute on function app.refuse_foreign_temporaries(text[]) to pulsegraph_api, pulsegraph_worker, pulsegraph_guard;

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
create trigger metric_definitions_touch before update on metric_definitions for each row execute function app.touch_updated_at();

-- A list that is not paged must stay short.
create function app.keep_metric_definitions_few() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if (select count(*) from public.metric_definitions d where d.organization_id = new.organization_id) >= app.row_limit('metrics') then
    raise exception 'name: an organization has at most % metrics.', app.row_limit('metrics') using errcode = 'PG413';
  end if;
  return new;
end
$$;
comment on function app.keep_metric_definitions_few() is 'Refuses one metric too many of an organization.';
alter function app.keep_metric_definitions_few() owner to pulsegraph_guard;

-- The zone that the day tier is built for. A change of the organization's zone takes effect when a job has rebuilt the
-- tier; until then days are answered from the quarters of an hour.
create table metric_zones (
  organization_id uuid not null,
  time_zone text not null,
  constraint metric_zones_pkey primary key (organization_id),
  constraint metric_zones_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade
);
comment on table metric_zones is 'The time zone in which the days of an organization''s metric rollups begin.';

create function app.begin_metrics() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.metric_definitions (organization_id, name, unit, kind, default_aggregation, description, built_in)
  select new.id, c.name, c.unit, c.kind, c.default_aggregation, c.description, true from public.metric_catalogue c;
  insert into public.metric_zones (organization_id, time_zone) values (new.id, new.time_zone);
  return null;
end
$$;
comment on function app.begin_metrics() is 'Gives a new organization the catalogue of metrics.';
alter function app.begin_metrics() owner to pulsegraph_guard;

-- ---- What metrics, features and embeddings may be about

create function app.is_entity_type(name text) returns boolean
language sql immutable parallel safe as $$
  select name in ('post', 'user', 'account', 'hashtag', 'campaign', 'chat', 'dm', 'template', 'content_idea', 'niche', 'ai_context')
$$;
comment on function app.is_entity_type(text) is 'Whether it is a kind of entity that metrics, features and embeddings may be about.';

-- Some kinds are rows here, and only what is there may be written about; others are known elsewhere. Statements are looked
-- at when they first run, by when all tables of this function are made.
create function app.unknown_entities(organization uuid, entity_types text[], entities uuid[])
returns table (entity_type text, entity_id uuid, reason text)
language plpgsql stable rows 10 set search_path = pg_catalog, pg_temp as $$
begin
  return query
    select e.type, e.id, 'entity: there is no such post.'
    from unnest(entity_types, entities) e(type, id)
    where e.type = 'post'
      and not exists (select from public.posts_core p where p.organization_id = organization and p.id = e.id);
  return query
    select e.type, e.id, 'entity: there is no such member.'
    from unnest(entity_types, entities) e(type, id)
    where e.type = 'user'
      and not exists (select from public.organization_members m where m.organization_id = organization and m.user_id = e.id);
  if 'ai_context' = any (entity_types) then
    return query
      select e.type, e.id, 'entity: there is no such AI context.'
      from unnest(entity_types, entities) e(type, id)
      where e.type = 'ai_context'
        and not exists (select from public.ai_context_logs l where l.organization_id = organization and l.id = e.id);
  end if;
end
$$;
comment on function app.unknown_entities(uuid, text[], uuid[]) is
  'Which of these entities are kept here and are not there, with the sentence to reject what is said about them.';

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
  'Each series in buckets of 15 minutes in UTC (tier 15), which answer every time zone, and of days of the zone in metric_zones (tier 1440). bucket is where one begins; growth is what a counter gained in it.';

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

create table metric_changes (
  organization_id uuid not null,
  metric text not null,
  bucket timestamptz not null,
  noted_at timestamptz not null default now(),
  constraint metric_changes_pkey primary key (organization_id, metric, bucket)
);
comment on table metric_changes is 'Local days whose totals changed since jobs that work with whole days last looked.';
comment on column metric_changes.noted_at is 'When the first change began that is not looked at yet.';

-- ---- How samples become rollups

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

create function app.lock_metrics(organization uuid) returns void
language sql volatile as $$
  select pg_advisory_xact_lock(hashtextextended('pulsegraph metrics ' || organization, 0))
$$;
comment on function app.lock_metrics(uuid) is
  'Makes writers of one organization''s metrics wait for one another until the end of their transactions: a bucket is rebuilt from what its predecessor committed, and no two of them wait in a circle.';

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

-- The samples in part of one quarter of an hour, each with what a counter gained by it. The reading before the first of
-- the quarter is the last of the bucket before.
create function app.metric_steps(organization uuid, series bigint, from_at timestamptz, to_at timestamptz)
returns table (recorded_at timestamptz, value numeric, growth numeric)
language sql stable as $$
  select s.recorded_at, s.value, app.counter_growth(coalesce(s.before, (
      select r.last from public.metric_rollups r
      where r.organization_id = organization and r.series_id = series and r.tier = 15 and r.bucket < app.quarter_hour(from_at)
      order by r.bucket desc limit 1)), s.value)
  from (
    select m.recorded_at, m.metric_value as value, lag(m.metric_value) over (order by m.recorded_at) as before
    from public.metric_samples m
    where m.organization_id = organization and m.series_id = series
      and m.recorded_at >= app.quarter_hour(from_at) and m.recorded_at < to_at) s
  where s.recorded_at >= from_at
$$;
comment on function app.metric_steps(uuid, bigint, timestamptz, timestamptz) is
  'Samples between two instants of one quarter of an hour, with the growth of each.';

-- Every lookup is lateral and has a limit or an aggregate: whatever the planner believes of the number of rows, it goes
-- by the primary keys, and a plan made for one sample serves ten thousand. Compiling such a plan takes longer than it runs.
create function app.rebuild_metrics(organization uuid, series_ids bigint[], buckets timestamptz[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  zone constant text := (select z.time_zone from public.metric_zones z where z.organization_id = organization);
  day_series bigint[];
  days timestamptz[];
  emptied_totals boolean;
begin
  with named as materialized (
    select distinct t.series_id, t.bucket from unnest(series_ids, buckets) t(series_id, bucket)
  ),
  -- The first reading after a changed one grows from another value now.
  touched as materialized (
    select n.series_id, n.bucket from named n
    union
    select n.series_id, f.bucket
    from named n cross join lateral (
      select r.bucket from public.metric_rollups r
      where r.organization_id = organization and r.series_id = n.series_id and r.tier = 15 and r.bucket > n.bucket
      order by r.bucket limit 1) f
  ),
  counted as materialized (
    select t.series_id, t.bucket, x.*
    from touched t cross join lateral (
      select count(*)::int as samples, sum(s.value) as sum, min(s.value) as min, max(s.value) as max,
        (array_agg(s.value order by s.recorded_at))[1] as first,
        (array_agg(s.value order by s.recorded_at desc))[1] as last,
        coalesce(sum(app.counter_growth(s.before, s.value)) filter (where s.before is not null), 0) as rise
      from (
        select m.recorded_at, m.metric_value as value, lag(m.metric_value) over (order by m.recorded_at) as before
        from public.metric_samples m
        where m.organization_id = organization and m.series_id = t.series_id
          and m.recorded_at >= t.bucket and m.recorded_at < t.bucket + interval '15 minutes') s
      having count(*) > 0) x
  ),
  chained as materialized (
    select c.*, lag(c.bucket) over of_series as near_bucket, lag(c.last) over of_series as near_last
    from counted c window of_series as (partition by c.series_id order by c.bucket)
  ),
  -- The reading before a bucket is that of the bucket before: one counted just now, or an untouched one in between.
  fresh as materialized (
    select c.series_id, c.bucket, c.samples, c.sum, c.min, c.max, c.first, c.last,
      c.rise + app.counter_growth(coalesce(far.last, c.near_last), c.first) as growth
    from chained c left join lateral (
      select r.last from public.metric_rollups r
      where r.organization_id = organization and r.series_id = c.series_id and r.tier = 15
        and r.bucket > coalesce(c.near_bucket, '-infinity') and r.bucket < c.bucket
        and (r.series_id, r.bucket) not in (select t.series_id, t.bucket from touched t)
      order by r.bucket desc limit 1) far on true
  ),
  old as materialized (
    select t.series_id, t.bucket, r.samples, r.sum, r.growth
    from touched t cross join lateral (
      select r.samples, r.sum, r.growth from public.metric_rollups r
      where r.organization_id = organization and r.series_id = t.series_id and r.tier = 15 and r.bucket = t.bucket
      limit 1) r
  ),
  stored as (
    insert into public.metric_rollups as r
      (organization_id, series_id, tier, bucket, samples, sum, min, max, first, last, growth)
    select organization, f.series_id, 15, f.bucket, f.samples, f.sum, f.min, f.max, f.first, f.last, f.growth
    from fresh f order by f.series_id, f.bucket
    on conflict (organization_id, series_id, tier, bucket) do update set
      samples = excluded.samples, sum = excluded.sum, min = excluded.min, max = excluded.max,
      first = excluded.first, last = excluded.last, growth = excluded.growth
  ),
  removed as (
    delete from public.metric_rollups r where r.ctid = any (array(
      select x.ctid
      from (select o.series_id, o.bucket from old o except select f.series_id, f.bucket from fresh f) gone
      cross join lateral (
        select r.ctid from public.metric_rollups r
        where r.organization_id = organization and r.tier = 15 and r.series_id = gone.series_id and r.bucket = gone.bucket
        limit 1) x))
  ),
  differences as materialized (
    select d.series_id, d.bucket, sum(d.samples) as samples, sum(d.sum) as sum, sum(d.growth) as growth
    from (
      select f.series_id, f.bucket, f.samples, f.sum, f.growth from fresh f
      union all
      select o.series_id, o.bucket, -o.samples, -o.sum, -o.growth from old o) d
    group by d.series_id, d.bucket
  ),
  moved as materialized (
    select s.metric, t.tier, t.bucket, s.entity_type, s.platform,
      sum(d.samples) as samples, sum(d.sum) as sum, sum(d.growth) as growth
    from differences d
    cross join lateral (
      select s.metric, s.entity_type, s.platform from public.metric_series s
      where s.organization_id = organization and s.id = d.series_id limit 1) s
    cross join lateral app.metric_tiers(d.bucket, zone) t
    where (d.samples, d.sum, d.growth) <> (0, 0, 0)
    group by s.metric, t.tier, t.bucket, s.entity_type, s.platform
  ),
  added as (
    insert into public.metric_totals as t
      (organization_id, metric, tier, bucket, entity_type, platform, samples, sum, growth)
    select organization, m.metric, m.tier, m.bucket, m.entity_type, m.platform, m.samples, m.sum, m.growth
    from moved m order by m.metric, m.tier, m.bucket, m.entity_type, m.platform
    on conflict (organization_id, metric, tier, bucket, entity_type, platform) do update set
      samples = t.samples + excluded.samples, sum = t.sum + excluded.sum, growth = t.growth + excluded.growth
    returning t.samples
  ),
  noted as (
    insert into public.metric_changes (organization_id, metric, bucket)
    select distinct organization, m.metric, m.bucket from moved m where m.tier = 1440 order by 2, 3
    on conflict do nothing
  )
  select array_agg(d.series_id), array_agg(d.day), (select coalesce(bool_or(a.samples = 0), false) from added a)
  into day_series, days, emptied_totals
  from (select distinct f.series_id, app.local_day_start(f.bucket, zone) as day from differences f) d;

  if emptied_totals then
    delete from public.metric_totals t where t.ctid = any (array(
      select x.ctid
      from (
        select distinct s.metric, k.tier, k.bucket
        from unnest(series_ids, buckets) n(series_id, bucket)
        join public.metric_series s on s.organization_id = organization and s.id = n.series_id
        cross join lateral app.metric_tiers(n.bucket, zone) k) k
      cross join lateral (
        select t.ctid from public.metric_totals t
        where t.organization_id = organization and t.metric = k.metric and t.tier = k.tier and t.bucket = k.bucket
          and t.samples = 0 offset 0) x));
  end if;

  perform app.rebuild_metric_days(organization, day_series, days, zone);
  perform app.renew_metric_series(organization, series_ids);
end
$$;
comment on function app.rebuild_metrics(uuid, bigint[], timestamptz[]) is
  'Rebuilds quarters of an hour of series from their samples, and all that follows from them. The caller holds app.lock_metrics.';

create function app.rebuild_metric_days(organization uuid, series_ids bigint[], days timestamptz[], zone text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set jit = off as $$
begin
  with fresh as materialized (
    select d.series_id, d.day, x.*
    from unnest(series_ids, days) d(series_id, day) cross join lateral (
      select sum(r.samples)::int as samples, sum(r.sum) as sum, min(r.min) as min, max(r.max) as max,
        (array_agg(r.first order by r.bucket))[1] as first, (array_agg(r.last order by r.bucket desc))[1] as last,
        sum(r.growth) as growth
      from public.metric_rollups r
      where r.organization_id = organization and r.series_id = d.series_id and r.tier = 15
        and r.bucket >= d.day and r.bucket < d.day + interval '28 hours' and app.local_day_start(r.bucket, zone) = d.day) x
  ),
  stored as (
    insert into public.metric_rollups as r
      (organization_id, series_id, tier, bucket, samples, sum, min, max, first, last, growth)
    select organization, f.series_id, 1440, f.day, f.samples, f.sum, f.min, f.max, f.first, f.last, f.growth
    from fresh f where f.samples is not null order by f.series_id, f.day
    on conflict (organization_id, series_id, tier, bucket) do update set
      samples = excluded.samples, sum = excluded.sum, min = excluded.min, max = excluded.max,
      first = excluded.first, last = excluded.last, growth = excluded.growth
  )
  delete from public.metric_rollups r where r.ctid = any (array(
    select x.ctid
    from fresh f cross join lateral (
      select r.ctid from public.metric_rollups r
      where r.organization_id = organization and r.tier = 1440 and r.series_id = f.series_id and r.bucket = f.day
      limit 1) x
    where f.samples is null));
end
$$;
comment on function app.rebuild_metric_days(uuid, bigint[], timestamptz[], text) is
  'Rebuilds days of series from their quarters of an hour.';

create function app.renew_metric_series(organization uuid, series_ids bigint[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set jit = off as $$
begin
  update public.metric_series s set last_value = n.value, last_at = n.recorded_at
  from (
    select i.series_id, m.value, m.recorded_at
    from (select distinct x as series_id from unnest(series_ids) x) i
    left join lateral (
      select r.bucket from public.metric_rollups r
      where r.organization_id = organization and r.series_id = i.series_id and r.tier = 15
      order by r.bucket desc limit 1) b on true
    left join lateral (
      select m.metric_value as value, m.recorded_at from public.metric_samples m
      where m.organization_id = organization and m.series_id = i.series_id
        and m.recorded_at >= b.bucket and m.recorded_at < b.bucket + interval '15 minutes'
      order by m.recorded_at desc limit 1) m on true) n
  where s.organization_id = organization and s.id = n.series_id
    and (s.last_value, s.last_at) is distinct from (n.value, n.recorded_at);

  perform app.renew_post_insights(organization, series_ids);
end
$$;
comment on function app.renew_metric_series(uuid, bigint[]) is
  'Brings the newest values of series, and the insights of their posts, up to date.';

-- The counters of post_insights, by platform, are the newest samples of the metrics of those names.
create function app.renew_post_insights(organization uuid, series_ids bigint[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set jit = off as $$
begin
  with touched as materialized (
    select distinct s.post_id, s.platform
    from (select distinct x as series_id from unnest(series_ids) x) i
    cross join lateral (
      select s.post_id, s.platform, s.metric from public.metric_series s
      where s.organization_id = organization and s.id = i.series_id limit 1) s
    where s.post_id is not null and s.metric in ('impressions', 'reach', 'likes', 'comments', 'shares', 'engagement_rate')
  ),
  newest as materialized (
    select t.post_id, t.platform, x.*
    from touched t cross join lateral (
      select
        max(app.whole_count(s.last_value)) filter (where s.metric = 'impressions') as impressions,
        max(app.whole_count(s.last_value)) filter (where s.metric = 'reach') as reach,
        max(app.whole_count(s.last_value)) filter (where s.metric = 'likes') as likes,
        max(app.whole_count(s.last_value)) filter (where s.metric = 'comments') as comments,
        max(app.whole_count(s.last_value)) filter (where s.metric = 'shares') as shares,
        max(s.last_value) filter (where s.metric = 'engagement_rate')::double precision as engagement_rate,
        max(s.last_at) as recorded_at
      from public.metric_series s
      where s.organization_id = organization and s.entity_type = 'post' and s.entity_id = t.post_id and s.platform = t.platform
        and s.metric in ('impressions', 'reach', 'likes', 'comments', 'shares', 'engagement_rate')) x
  ),
  stored as (
    insert into public.post_insights as i
      (organization_id, post_id, platform, impressions, reach, likes, comments, shares, engagement_rate, recorded_at)
    select organization, n.post_id, n.platform, coalesce(n.impressions, 0), coalesce(n.reach, 0), coalesce(n.likes, 0),
      coalesce(n.comments, 0), coalesce(n.shares, 0), n.engagement_rate, n.recorded_at
    from newest n where n.recorded_at is not null order by n.post_id, n.platform
    on conflict (organization_id, post_id, platform) do update set
      impressions = excluded.impressions, reach = excluded.reach, likes = excluded.likes, comments = excluded.comments,
      shares = excluded.shares, engagement_rate = excluded.engagement_rate, recorded_at = excluded.recorded_at
    where (i.impressions, i.reach, i.likes, i.comments, i.shares, i.engagement_rate, i.recorded_at) is distinct from
      (excluded.impressions, excluded.reach, excluded.likes, excluded.comments, excluded.shares, excluded.engagement_rate, excluded.recorded_at)
  )
  delete from public.post_insights i where i.ctid = any (array(
    select x.ctid
    from newest n cross join lateral (
      select i.ctid from public.post_insights i
      where i.organization_id = organization and i.post_id = n.post_id and i.platform = n.platform limit 1) x
    where n.recorded_at is null));
end
$$;
comment on function app.renew_post_insights(uuid, bigint[]) is 'Brings the insights of the posts of series up to date with their newest values.';

create function app.whole_count(value numeric) returns bigint
language sql immutable parallel safe as $$
  select app.saturated(greatest(value, 0))
$$;
comment on function app.whole_count(numeric) is 'A value as a count: whole and not negative.';

-- Most samples are newer than all others of their series: they only add to what is there, and nothing is read for them but
-- their series. All others make their buckets be rebuilt. The conflicts of an upsert come first, as updates.
create function app.roll_up_metrics() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  organization uuid;
  zone text;
  missing boolean;
  late bigint[];
  series_ids bigint[];
  buckets timestamptz[];
begin
  for organization in select distinct c.organization_id from changed c order by 1 loop
    perform app.lock_metrics(organization);
    if tg_op = 'INSERT' then
      zone := (select z.time_zone from public.metric_zones z where z.organization_id = organization);
      with samples as materialized (
        select c.series_id, c.recorded_at, c.metric_value as value, app.quarter_hour(c.recorded_at) as bucket,
          lag(c.metric_value) over (partition by c.series_id order by c.recorded_at) as before
        from changed c where c.organization_id = organization
      ),
      series as materialized (
        select i.series_id, s.metric, s.entity_type, s.platform, s.last_value, i.recorded_at, i.value,
          s.metric is null as is_missing, s.metric is not null and coalesce(i.first_at > s.last_at, true) as is_newest
        from (
          select c.series_id, min(c.recorded_at) as first_at, max(c.recorded_at) as recorded_at,
            (array_agg(c.value order by c.recorded_at desc))[1] as value
          from samples c group by c.series_id) i
        left join lateral (
          select s.metric, s.entity_type, s.platform, s.last_value, s.last_at
          from public.metric_series s where s.organization_id = organization and s.id = i.series_id limit 1) s on true
      ),
      quarters as materialized (
        select s.series_id, s.metric, s.entity_type, s.platform, c.bucket, count(*)::int as samples, sum(c.value) as sum,
          min(c.value) as min, max(c.value) as max, (array_agg(c.value order by c.recorded_at))[1] as first,
          (array_agg(c.value order by c.recorded_at desc))[1] as last,
          sum(app.counter_growth(coalesce(c.before, s.last_value), c.value)) as growth
        from samples c join series s on s.series_id = c.series_id and s.is_newest
        group by s.series_id, s.metric, s.entity_type, s.platform, c.bucket
      ),
      calendar as materialized (
        select q.bucket as quarter, t.tier, t.bucket
        from (select distinct q.bucket from quarters q) q cross join lateral app.metric_tiers(q.bucket, zone) t
      ),
      tiers as (
        select q.series_id, 15::smallint as tier, q.bucket, q.samples, q.sum, q.min, q.max, q.first, q.last, q.growth
        from quarters q
        union all
        select q.series_id, c.tier, c.bucket, sum(q.samples)::int, sum(q.sum), min(q.min), max(q.max),
          (array_agg(q.first order by q.bucket))[1], (array_agg(q.last order by q.bucket desc))[1], sum(q.growth)
        from quarters q join calendar c on c.quarter = q.bucket and c.tier = 1440
        group by q.series_id, c.tier, c.bucket
      ),
      stored as (
        insert into public.metric_rollups as r
          (organization_id, series_id, tier, bucket, samples, sum, min, max, first, last, growth)
        select organization, t.series_id, t.tier, t.bucket, t.samples, t.sum, t.min, t.max, t.first, t.last, t.growth
        from tiers t order by t.series_id, t.tier, t.bucket
        on conflict (organization_id, series_id, tier, bucket) do update set
          samples = r.samples + excluded.samples, sum = r.sum + excluded.sum, min = least(r.min, excluded.min),
          max = greatest(r.max, excluded.max), last = excluded.last, growth = r.growth + excluded.growth
      ),
      moved as materialized (
        select q.metric, c.tier, c.bucket, q.entity_type, q.platform,
          sum(q.samples) as samples, sum(q.sum) as sum, sum(q.growth) as growth
        from quarters q join calendar c on c.quarter = q.bucket
        group by q.metric, c.tier, c.bucket, q.entity_type, q.platform
      ),
      added as (
        insert into public.metric_totals as t
          (organization_id, metric, tier, bucket, entity_type, platform, samples, sum, growth)
        select organization, m.metric, m.tier, m.bucket, m.entity_type, m.platform, m.samples, m.sum, m.growth
        from moved m order by m.metric, m.tier, m.bucket, m.entity_type, m.platform
        on conflict (organization_id, metric, tier, bucket, entity_type, platform) do update set
          samples = t.samples + excluded.samples, sum = t.sum + excluded.sum, growth = t.growth + excluded.growth
      ),
      noted as (
        insert into public.metric_changes (organization_id, metric, bucket)
        select distinct organization, m.metric, m.bucket from moved m where m.tier = 1440 order by 2, 3
        on conflict do nothing
      ),
      renewed as (
        update public.metric_series s set last_value = n.value, last_at = n.recorded_at
        from series n
        where n.is_newest and s.id = n.series_id and s.ctid = any (array(
          select x.ctid
          from series i cross join lateral (
            select s.ctid from public.metric_series s where s.organization_id = organization and s.id = i.series_id limit 1) x))
      )
      select bool_or(s.is_missing), array_agg(s.series_id) filter (where not s.is_newest)
      into missing, late
      from series s;
      if missing then
        raise exception 'series_id: there is no such series.' using errcode = 'PG404';
      end if;
      perform app.renew_post_insights(organization, array(
        select distinct c.series_id from changed c where c.organization_id = organization));
    end if;
    select array_agg(c.series_id), array_agg(c.bucket) into series_ids, buckets
    from (
      select distinct c.series_id, app.quarter_hour(c.recorded_at) as bucket
      from changed c where c.organization_id = organization and (tg_op <> 'INSERT' or c.series_id = any (late))) c;
    if series_ids is not null then
      perform app.rebuild_metrics(organization, series_ids, buckets);
    end if;
  end loop;
  return null;
end
$$;
comment on function app.roll_up_metrics() is 'Rebuilds the rollups of the samples a statement changed.';

create function app.lock_metrics_of_deleted() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.lock_metrics(case tg_table_name when 'organizations' then old.id else (to_jsonb(old) ->> 'organization_id')::uuid end);
  return old;
end
$$;
comment on function app.lock_metrics_of_deleted() is
  'Takes the lock of metrics before series and insights of what is deleted go, so that it waits for writers of them and they never for it.';

create function app.keep_sample_in_place() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'A sample stays with its series and instant; delete it and insert another.' using errcode = 'PG409';
end
$$;
comment on function app.keep_sample_in_place() is 'Refuses to move a sample, of which the rollups would not learn.';

-- A series that goes takes its samples along, and its part of the totals, unless all of the organization goes.
create function app.forget_metric_series() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  organization uuid;
begin
  for organization in select distinct g.organization_id from gone g order by 1 loop
    perform app.lock_metrics(organization);
    if exists (select from public.organizations o where o.id = organization) then
      insert into public.metric_totals as t
        (organization_id, metric, tier, bucket, entity_type, platform, samples, sum, growth)
      select organization, g.metric, k.tier, k.bucket, g.entity_type, g.platform, -sum(r.samples), -sum(r.sum), -sum(r.growth)
      from gone g
      join public.metric_zones z on z.organization_id = g.organization_id
      join public.metric_rollups r on r.organization_id = g.organization_id and r.series_id = g.id and r.tier = 15
      cross join lateral app.metric_tiers(r.bucket, z.time_zone) k
      where g.organization_id = organization
      group by g.metric, k.tier, k.bucket, g.entity_type, g.platform
      order by g.metric, k.tier, k.bucket, g.entity_type, g.platform
      on conflict (organization_id, metric, tier, bucket, entity_type, platform) do update set
        samples = t.samples + excluded.samples, sum = t.sum + excluded.sum, growth = t.growth + excluded.growth;
      insert into public.metric_changes (organization_id, metric, bucket)
      select distinct organization, g.metric, r.bucket
      from gone g join public.metric_rollups r on r.organization_id = g.organization_id and r.series_id = g.id and r.tier = 1440
      where g.organization_id = organization
      on conflict do nothing;
      delete from public.metric_totals t
      using (select distinct g.metric, g.entity_type, g.platform from gone g where g.organization_id = organization) g
      where t.organization_id = organization and t.metric = g.metric and t.entity_type = g.entity_type
        and t.platform = g.platform and t.samples = 0;
    else
      delete from public.metric_totals t where t.organization_id = organization;
      delete from public.metric_changes c where c.organization_id = organization;
    end if;
  end loop;
  delete from public.metric_rollups r using gone g where r.organization_id = g.organization_id and r.series_id = g.id;
  delete from public.metric_readings m using gone g where m.organization_id = g.organization_id and m.series_id = g.id;
  delete from public.metric_readings_archive m using gone g where m.organization_id = g.organization_id and m.series_id = g.id;
  return null;
end
$$;
comment on function app.forget_metric_series() is 'Takes samples and rollups of deleted series along.';

-- ---- Partitions

-- Whoever writes samples says when they are of, so requests make their partitions, and those of no other table.
create function app.make_metric_partitions(months date[]) returns int
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select app.make_partitions('metric_readings', months)
$$;
comment on function app.make_metric_partitions(date[]) is
  'Makes the partitions of samples of these months that are missing; answers how many.';

-- ---- Writing

create function app.begin_metric_batch() returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.refuse_foreign_temporaries('{metric_batch}');
  create temporary table if not exists metric_batch (
    position int not null,
    metric text not null,
    entity_type text not null,
    entity_id uuid not null,
    platform text not null,
    value numeric(30, 12) not null,
    recorded_at timestamptz not null,
    metadata jsonb
  ) on commit drop;
  truncate pg_temp.metric_batch;
  grant select, insert, delete on pg_temp.metric_batch to pulsegraph_api, pulsegraph_worker;
end
$$;
comment on function app.begin_metric_batch() is 'Makes the temporary table metric_batch, which samples are copied into; it goes with the transaction.';

create function app.take_metric_batch(organization uuid, out written int, out rejected jsonb)
language plpgsql volatile set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  archived date[];
  rows int;
begin
  perform app.refuse_foreign_temporaries('{metric_batch}');
  -- Asked here once, so that a batch that is rejected row by row is refused all the same.
  if not organization = any (app.organizations_where('editor')) then
    raise exception 'may not write metrics' using errcode = '42501';
  end if;
  -- Whoever deletes a post has its row, and then waits for the lock of metrics: so rows come first here too. A new series
  -- or a new row of insights refers to them.
  perform 1 from public.posts_core p
  where p.organization_id = organization
    and p.id = any (array(select distinct b.entity_id from pg_temp.metric_batch b where b.entity_type = 'post'))
  order by p.id for key share;
  perform app.lock_metrics(organization);

  with unknown as (
    select u.entity_type, u.entity_id, u.reason
    from (
      select array_agg(b.entity_type) as entity_types, array_agg(b.entity_id) as entities
      from (select distinct b.entity_type, b.entity_id from pg_temp.metric_batch b) b) b
    cross join lateral app.unknown_entities(organization, b.entity_types, b.entities) u
  ),
  bad as (
    select b.position,
      case
        when d.name is null then array['UNKNOWN_METRIC',
          format('metric: "%s" is not defined here; see metricDefinitions and defineMetric.', left(b.metric, 60))]
        when d.kind = 'counter' and b.value < 0 then array['BAD_VALUE',
          format('value: %s is a COUNTER, which is never negative.', b.metric)]
        when u.reason is not null then array['UNKNOWN_ENTITY', u.reason]
      end as reason
    from pg_temp.metric_batch b
    left join public.metric_definitions d on d.organization_id = organization and d.name = b.metric
    left join unknown u on u.entity_type = b.entity_type and u.entity_id = b.entity_id
  ),
  refused as (
    delete from pg_temp.metric_batch b using bad
    where bad.position = b.position and bad.reason is not null
    returning b.position, bad.reason
  )
  select coalesce(jsonb_agg(jsonb_build_object('index', r.position, 'code', r.reason[1], 'reason', r.reason[2]) order by r.position), '[]')
  into rejected from refused r;

  perform app.make_metric_partitions(array(
    select distinct date_trunc('month', b.recorded_at, 'UTC') at time zone 'UTC' from pg_temp.metric_batch b)::date[]);
  -- From here on no month changes hands until this transaction ends.
  lock table only public.metric_readings in row exclusive mode;
  select app.archived_metric_months() into archived;

  insert into public.metric_series (organization_id, entity_type, entity_id, metric, platform)
  select distinct organization, b.entity_type, b.entity_id, b.metric, b.platform
  from pg_temp.metric_batch b
  where not exists (
    select from public.metric_series s
    where s.organization_id = organization and s.entity_type = b.entity_type and s.entity_id = b.entity_id
      and s.metric = b.metric and s.platform = b.platform);

  insert into public.metric_readings as t (organization_id, series_id, recorded_at, metric_value, metadata)
  select distinct on (s.id, b.recorded_at) organization, s.id, b.recorded_at, b.value, b.metadata
  from pg_temp.metric_batch b
  join public.metric_series s on s.organization_id = organization and s.entity_type = b.entity_type
    and s.entity_id = b.entity_id and s.metric = b.metric and s.platform = b.platform
  where archived is null or date_trunc('month', b.recorded_at at time zone 'UTC')::date <> all (archived)
  order by s.id, b.recorded_at, b.position desc
  on conflict (organization_id, series_id, recorded_at) do update
    set metric_value = excluded.metric_value, metadata = excluded.metadata
    where (t.metric_value, t.metadata) is distinct from (excluded.metric_value, excluded.metadata);
  get diagnostics written = row_count;

  if archived is not null then
    insert into public.metric_readings_archive as t (organization_id, series_id, recorded_at, metric_value, metadata)
    select distinct on (s.id, b.recorded_at) organization, s.id, b.recorded_at, b.value, b.metadata
    from pg_temp.metric_batch b
    join public.metric_series s on s.organization_id = organization and s.entity_type = b.entity_type
      and s.entity_id = b.entity_id and s.metric = b.metric and s.platform = b.platform
    where date_trunc('month', b.recorded_at at time zone 'UTC')::date = any (archived)
    order by s.id, b.recorded_at, b.position desc
    on conflict (organization_id, series_id, recorded_at) do update
      set metric_value = excluded.metric_value, metadata = excluded.metadata
      where (t.metric_value, t.metadata) is distinct from (excluded.metric_value, excluded.metadata);
    get diagnostics rows = row_count;
    written := written + rows;
  end if;
end
$$;
comment on function app.take_metric_batch(uuid) is
  'Writes the samples in the temporary table metric_batch, with the rights of the caller; answers how many rows changed, and what was rejected.';

create function app.drop_metric_samples(
  organization uuid, entity_type text, entity uuid, metrics text[], platforms text[], from_at timestamptz, to_at timestamptz,
  out deleted int)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  series_ids bigint[];
  rows int;
begin
  if not organization = any (app.organizations_where('editor')) then
    raise exception 'may not delete metrics' using errcode = '42501';
  end if;
  perform app.lock_metrics(organization);
  select array_agg(s.id) into series_ids
  from public.metric_series s
  where s.organization_id = organization and s.entity_type = drop_metric_samples.entity_type and s.entity_id = entity
    and (metrics is null or s.metric = any (metrics)) and (platforms is null or s.platform = any (platforms));
  delete from public.metric_readings t
  where t.organization_id = organization and t.series_id = any (series_ids) and t.recorded_at >= from_at and t.recorded_at < to_at;
  get diagnostics deleted = row_count;
  delete from public.metric_readings_archive t
  where t.organization_id = organization and t.series_id = any (series_ids) and t.recorded_at >= from_at and t.recorded_at < to_at;
  get diagnostics rows = row_count;
  deleted := deleted + rows;
end
$$;
comment on function app.drop_metric_samples(uuid, text, uuid, text[], text[], timestamptz, timestamptz) is
  'Deletes samples of one entity, with the rights of the caller; answers how many. No metrics or platforms means all of them.';

create function app.archived_metric_months() returns date[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select array_agg(m::date)
  from app.partition_ranges p
  cross join lateral generate_series(
    p.since at time zone 'UTC', p.until at time zone 'UTC' - interval '1 month', interval '1 month') m
  where p.parent = 'metric_readings_archive'
$$;
comment on function app.archived_metric_months() is 'The months whose samples lie in the archive; null when there are none.';

-- ---- Reading by SQL

create function app.metric_value(
  aggregation text, kind text, samples bigint, sum numeric, min numeric, max numeric, last numeric, series bigint, growth numeric)
returns numeric language sql immutable parallel safe as $$
  select case aggregation
    when 'sum' then case when kind = 'counter' then growth else sum end
    when 'avg' then sum / samples
    when 'min' then min
    when 'max' then max
    when 'count' then samples
    when 'last' then case when kind = 'ratio' then last / series else last end
  end
$$;
comment on function app.metric_value(text, text, bigint, numeric, numeric, numeric, numeric, bigint, numeric) is
  'What an aggregation makes of measures. The one place that knows: a counter''s sum is its growth; last is added up over series, of a ratio it is their mean.';

-- Its parameters and columns are named as in the source, whose callers name them.
create function get_metrics_aggregated(
  input_entity_type text, input_entity_id uuid, input_metric_name text, time_period text default 'day')
returns table (
  period_start timestamptz, total_value numeric, avg_value numeric, max_value numeric, min_value numeric, samples bigint)
language plpgsql stable as $$
begin
  if coalesce(time_period, '') not in ('hour', 'day', 'week', 'month', 'quarter', 'year') then
    raise exception 'time_period: "%" is no period; allowed are hour, day, week, month, quarter, year.', time_period
      using errcode = 'PG400';
  end if;
  return query
    select date_trunc(time_period, r.bucket, z.time_zone),
      app.metric_value('sum', d.kind, sum(r.samples)::bigint, sum(r.sum), min(r.min), max(r.max), null, null, sum(r.growth)),
      sum(r.sum) / sum(r.samples), max(r.max), min(r.min), sum(r.samples)::bigint
    from metric_series s
    join metric_definitions d on d.organization_id = s.organization_id and d.name = s.metric
    join metric_zones z on z.organization_id = s.organization_id
    join metric_rollups r on r.organization_id = s.organization_id and r.series_id = s.id
      and r.tier = case time_period when 'hour' then 15 else 1440 end
    where s.entity_type = lower(input_entity_type) and s.entity_id = input_entity_id and s.metric = input_metric_name
    group by 1, d.kind
    order by 1 desc;
end
$$;
comment on function get_metrics_aggregated(text, uuid, text, text) is
  'One metric of one entity over all platforms, newest period first. Periods are of the organization''s time zone; the total of a counter is its growth.';

create view analytics_dashboard with (security_invoker = true) as
select
  s.organization_id,
  s.entity_type,
  s.entity_id,
  s.metric as metric_name,
  s.platform,
  (r.bucket at time zone z.time_zone)::date as date,
  app.metric_value('sum', d.kind, r.samples, r.sum, r.min, r.max, r.last, 1, r.growth) as daily_total,
  r.sum / r.samples as daily_average,
  r.samples as data_points
from metric_series s
join metric_definitions d on d.organization_id = s.organization_id and d.name = s.metric
join metric_zones z on z.organization_id = s.organization_id
join metric_rollups r on r.organization_id = s.organization_id and r.series_id = s.id and r.tier = 1440;
comment on view analytics_dashboard is 'Each metric a local day, read from rollups. The total of a counter is its growth, not the sum of its readings.';

create view top_performing_posts with (security_invoker = true) as
select
  p.organization_id,
  p.id,
  p.title,
  p.platforms,
  p.published_at,
  app.saturated(sum(i.likes)) as total_likes,
  app.saturated(sum(i.comments)) as total_comments,
  app.saturated(sum(i.shares)) as total_shares,
  app.saturated(sum(i.reach)) as total_reach,
  avg(i.engagement_rate) as average_engagement_rate
from posts_core p
join post_insights i on i.organization_id = p.organization_id and i.post_id = p.id
where p.status = 'published'
group by p.organization_id, p.id
order by total_likes desc, total_comments desc, total_reach desc;
comment on view top_performing_posts is 'Published posts with their newest counters added up over platforms, most liked first.';

-- ---- Triggers

alter function app.rebuild_metrics(uuid, bigint[], timestamptz[]) owner to pulsegraph_guard;
alter function app.rebuild_metric_days(uuid, bigint[], timestamptz[], text) owner to pulsegraph_guard;
alter function app.renew_metric_series(uuid, bigint[]) owner to pulsegraph_guard;
alter function app.renew_post_insights(uuid, bigint[]) owner to pulsegraph_guard;
alter function app.roll_up_metrics() owner to pulsegraph_guard;
alter function app.lock_metrics_of_deleted() owner to pulsegraph_guard;
alter function app.forget_metric_series() owner to pulsegraph_guard;
alter function app.make_metric_partitions(date[]) owner to pulsegraph_guard;
alter function app.begin_metric_batch() owner to pulsegraph_guard;
alter function app.archived_metric_months() owner to pulsegraph_guard;

create trigger metric_definitions_few before insert on metric_definitions
  for each row execute function app.keep_metric_definitions_few();
create trigger organizations_begin_metrics after insert on organizations
  for each row execute function app.begin_metrics();
create trigger metric_readings_inserted after insert on metric_readings
  referencing new table as changed for each statement execute function app.roll_up_metrics();
create trigger metric_readings_updated after update on metric_readings
  referencing new table as changed for each statement execute function app.roll_up_metrics();
create trigger metric_readings_deleted after delete on metric_readings
  referencing old table as changed for each statement execute function app.roll_up_metrics();
create trigger metric_readings_stays before update of organization_id, series_id, recorded_at on metric_readings
  for each row execute function app.keep_sample_in_place();
create trigger metric_readings_archive_inserted after insert on metric_readings_archive
  referencing new table as changed for each statement execute function app.roll_up_metrics();
create trigger metric_readings_archive_updated after update on metric_readings_archive
  referencing new table as changed for each statement execute function app.roll_up_metrics();
create trigger metric_readings_archive_deleted after delete on metric_readings_archive
  referencing old table as changed for each statement execute function app.roll_up_metrics();
create trigger metric_readings_archive_stays
  before update of organization_id, series_id, recorded_at on metric_readings_archive
  for each row execute function app.keep_sample_in_place();
create trigger posts_core_lock_metrics before delete on posts_core
  for each row execute function app.lock_metrics_of_deleted();
create trigger organizations_lock_metrics before delete on organizations
  for each row execute function app.lock_metrics_of_deleted();
create trigger metric_series_forgotten after delete on metric_series
  referencing old table as gone for each statement execute function app.forget_metric_series();

-- ---- The wall: everybody in the organization reads, editors write samples, only the triggers write rollups

call app.protect('metric_definitions', reads => 'viewer', inserts => 'editor', updates => 'editor',
  worker => 'select', guard => 'all');
call app.protect('metric_zones', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('metric_series', reads => 'viewer', inserts => 'editor', worker => 'all', guard => 'all');
call app.protect('metric_readings', reads => 'viewer', inserts => 'editor', updates => 'editor', deletes => 'editor',
  worker => 'all', guard => 'all');
call app.protect('metric_readings_archive', reads => 'viewer', inserts => 'editor', updates => 'editor', deletes => 'editor',
  worker => 'all', guard => 'all');
call app.protect('metric_rollups', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('metric_totals', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('metric_changes', worker => 'select', guard => 'all');

create policy post_insights_guard on post_insights to pulsegraph_guard using (true) with check (true);

grant select on metric_catalogue to pulsegraph_guard;
grant select, insert on metric_definitions to pulsegraph_api;
grant update (unit, kind, default_aggregation, description) on metric_definitions to pulsegraph_api;
grant select, insert on metric_definitions to pulsegraph_guard;
grant select on metric_definitions to pulsegraph_worker;
grant select on metric_zones to pulsegraph_api, pulsegraph_worker;
grant select, insert, update on metric_zones to pulsegraph_guard;
grant select on metric_series to pulsegraph_api, pulsegraph_worker;
grant insert (organization_id, entity_type, entity_id, metric, platform) on metric_series to pulsegraph_api, pulsegraph_worker;
grant select, update on metric_series to pulsegraph_guard;
grant select, delete on metric_readings, metric_readings_archive to pulsegraph_api, pulsegraph_worker;
grant insert (organization_id, series_id, recorded_at, metric_value, metadata), update (metric_value, metadata)
  on metric_readings, metric_readings_archive to pulsegraph_api, pulsegraph_worker;
grant select on metric_samples, analytics_dashboard, top_performing_posts to pulsegraph_api;
grant select on time_series_metrics, time_series_metrics_archive to pulsegraph_api, pulsegraph_worker;
grant select on metric_samples to pulsegraph_guard, pulsegraph_worker;
grant select on metric_rollups, metric_totals to pulsegraph_api, pulsegraph_worker;
grant select, insert, update, delete on metric_rollups, metric_totals, metric_changes to pulsegraph_guard;
grant select on metric_changes to pulsegraph_worker;
grant select, insert, update, delete on post_insights to pulsegraph_guard;
grant execute on function app.metric_tiers(timestamptz, text), app.counter_growth(numeric, numeric), app.lock_metrics(uuid),
  app.is_entity_type(text), app.unknown_entities(uuid, text[], uuid[])
  to pulsegraph_api, pulsegraph_worker, pulsegraph_guard;
-- A partition gets the row trigger of its parent, for which its maker must be allowed to call the function.
grant execute on function app.whole_count(numeric), app.keep_sample_in_place() to pulsegraph_guard;
grant execute on function app.metric_steps(uuid, bigint, timestamptz, timestamptz),
  app.metric_value(text, text, bigint, numeric, numeric, numeric, numeric, bigint, numeric),
  get_metrics_aggregated(text, uuid, text, text) to pulsegraph_api, pulsegraph_worker;
grant execute on function app.make_metric_partitions(date[]), app.archived_metric_months(), app.begin_metric_batch(), app.take_metric_batch(uuid),
  app.drop_metric_samples(uuid, text, uuid, text[], text[], timestamptz, timestamptz)
  to pulsegraph_api, pulsegraph_worker;

call app.partition_by_month('metric_readings', recent_years => 2, retention => 'samples');
call app.partition_by_month('metric_readings_archive', premake => null);

-- Organizations that are there already. Forced row security shows them to the guard, not to the owner.
set local role pulsegraph_guard;
insert into metric_zones (organization_id, time_zone) select id, time_zone from organizations;
insert into metric_definitions (organization_id, name, unit, kind, default_aggregation, description, built_in)
select o.id, c.name, c.unit, c.kind, c.default_aggregation, c.description, true from organizations o cross join metric_catalogue c;
reset role;
