-- package: metric
-- Samples in and out: a batch of samples is written, samples are deleted, and SQL reads what dashboards show.

-- ---- Partitions

-- Whoever writes samples says when they are of, so requests make their partitions, and those of no other table.
create function app.make_metric_partitions(months date[]) returns int
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select app.make_partitions('metric_readings', months)
$$;
comment on function app.make_metric_partitions(date[]) is
  'Makes the partitions of samples of these months that are missing; answers how many.';

-- ---- Writing

create function app.create_metric_staging() returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.require_own_temporary_tables('{metric_batch}');
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
comment on function app.create_metric_staging() is 'Makes the temporary table metric_batch, which samples are copied into; it goes with the transaction.';

-- Most samples are newer than all others of their series: they only add to what is there, and nothing is read for them but
-- their series. Those are read entity by entity: until the organization is counted, any index that has the metric too would
-- seem as good. The joins are of all samples to all series of the batch, whatever the planner believes of their number, hence
-- no nested loops.
create function app.insert_newest_metrics(organization uuid, since timestamptz, out added int, out taken int[])
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set jit = off set enable_nestloop = off as $$
declare
  zone constant text := (select z.time_zone from public.rollup_zones z where z.organization_id = organization and z.rollup = 'metrics');
  posts uuid[];
  insight_posts uuid[];
  insight_platforms text[];
begin
  with series as materialized (
    select g.entity_type, g.entity_id, g.metric, g.platform, s.series_id, s.place, s.last_value, s.last_at
    from (
      select b.entity_type, b.entity_id, b.metric, b.platform, min(b.recorded_at) as first_at
      from pg_temp.metric_batch b group by b.entity_type, b.entity_id, b.metric, b.platform) g
    join (
      select e.entity_type, e.entity_id, k.metric, k.platform, k.series_id, k.place, k.last_value, k.last_at
      from (select distinct b.entity_type, b.entity_id from pg_temp.metric_batch b) e
      cross join lateral (
        select s.id as series_id, s.ctid as place, s.metric, s.platform, s.last_value, s.last_at from public.metric_series s
        where s.organization_id = organization and s.entity_type = e.entity_type and s.entity_id = e.entity_id offset 0) k) s
      on s.entity_type = g.entity_type and s.entity_id = g.entity_id and s.metric = g.metric and s.platform = g.platform
    where g.first_at >= since and (s.last_at is null or g.first_at > s.last_at)
  ),
  found as materialized (
    select b.position, s.series_id, b.recorded_at, b.value, b.metadata, s.metric, s.entity_type, s.platform, s.last_value, s.last_at,
      app.quarter_hour(b.recorded_at) as quarter
    from pg_temp.metric_batch b
    join series s on s.entity_type = b.entity_type and s.entity_id = b.entity_id and s.metric = b.metric and s.platform = b.platform
  ),
  calendar as materialized (
    select q.quarter, app.local_day_start(q.quarter, zone) as day from (select distinct f.quarter from found f) q
  ),
  -- Of two samples of one instant the one that was sent last counts.
  placed as (
    select distinct on (f.series_id, f.recorded_at) f.*, c.day
    from found f join calendar c on c.quarter = f.quarter order by f.series_id, f.recorded_at, f.position desc
  ),
  samples as materialized (
    select p.*, app.counter_growth(coalesce(lag(p.value) over of_series, p.last_value), p.value) as growth,
      lag(p.quarter) over of_series is distinct from p.quarter as begins_quarter,
      lead(p.quarter) over of_series is distinct from p.quarter as ends_quarter,
      lag(p.day) over of_series is distinct from p.day as begins_day, lead(p.day) over of_series is distinct from p.day as ends_day,
      lead(p.recorded_at) over of_series is null as is_newest
    from placed p window of_series as (partition by p.series_id order by p.recorded_at)
  ),
  kept as (
    insert into public.metric_readings (organization_id, series_id, recorded_at, metric_value, metadata)
    select organization, s.series_id, s.recorded_at, s.value, s.metadata from samples s
  ),
  tiers as materialized (
    select s.series_id, 15::smallint as tier, s.quarter as bucket, count(*)::int as samples, sum(s.value) as sum,
      min(s.value) as min, max(s.value) as max, max(s.value) filter (where s.begins_quarter) as first,
      max(s.value) filter (where s.ends_quarter) as last, sum(s.growth) as growth, coalesce(min(s.last_at) < s.quarter, true) as is_new
    from samples s group by s.series_id, s.quarter
    union all
    select s.series_id, 1440, s.day, count(*)::int, sum(s.value), min(s.value), max(s.value),
      max(s.value) filter (where s.begins_day), max(s.value) filter (where s.ends_day), sum(s.growth),
      coalesce(min(s.last_at) < s.day, true)
    from samples s group by s.series_id, s.day
  ),
  begun as (
    insert into public.metric_rollups (organization_id, series_id, tier, bucket, samples, sum, min, max, first, last, growth)
    select organization, t.series_id, t.tier, t.bucket, t.samples, t.sum, t.min, t.max, t.first, t.last, t.growth
    from tiers t where t.is_new order by t.series_id, t.tier, t.bucket
  ),
  continued as (
    insert into public.metric_rollups as r
      (organization_id, series_id, tier, bucket, samples, sum, min, max, first, last, growth)
    select organization, t.series_id, t.tier, t.bucket, t.samples, t.sum, t.min, t.max, t.first, t.last, t.growth
    from tiers t where not t.is_new order by t.series_id, t.tier, t.bucket
    on conflict (organization_id, series_id, tier, bucket) do update set
      samples = r.samples + excluded.samples, sum = r.sum + excluded.sum, min = least(r.min, excluded.min),
      max = greatest(r.max, excluded.max), last = excluded.last, growth = r.growth + excluded.growth
  ),
  quarters as materialized (
    select s.metric, s.entity_type, s.platform, s.quarter, s.day, count(*) as samples, sum(s.value) as sum, sum(s.growth) as growth
    from samples s group by s.metric, s.entity_type, s.platform, s.quarter, s.day
  ),
  added_up as (
    insert into public.metric_totals as t
      (organization_id, metric, tier, bucket, entity_type, platform, samples, sum, growth)
    select organization, q.metric, k.tier, k.bucket, q.entity_type, q.platform, sum(q.samples), sum(q.sum), sum(q.growth)
    from quarters q cross join lateral app.metric_tiers(q.quarter, zone) k
    group by q.metric, k.tier, k.bucket, q.entity_type, q.platform
    order by q.metric, k.tier, k.bucket, q.entity_type, q.platform
    on conflict (organization_id, metric, tier, bucket, entity_type, platform) do update set
      samples = t.samples + excluded.samples, sum = t.sum + excluded.sum, growth = t.growth + excluded.growth
  ),
  marked as (
    insert into public.metric_dirty_days (organization_id, metric, bucket)
    select distinct organization, q.metric, q.day from quarters q order by 2, 3
    on conflict do nothing
  ),
  refreshed as (
    update public.metric_series s set last_value = n.value, last_at = n.recorded_at
    from samples n
    where n.is_newest and s.id = n.series_id and s.ctid = any (array(select x.place from series x))
  ),
  shown as materialized (
    select s.entity_id as post_id, s.platform, bool_or(app.is_insight(s.metric)) as is_insight
    from series s where s.entity_type = 'post' group by s.entity_id, s.platform
  )
  select (select count(*) from samples), (select array_agg(f.position) from found f),
    (select array_agg(distinct p.post_id) from shown p), array_agg(i.post_id), array_agg(i.platform)
  into added, taken, posts, insight_posts, insight_platforms
  from shown i where i.is_insight;

  perform app.refresh_latest_metrics(organization, posts);
  perform app.refresh_insights(organization, insight_posts, insight_platforms);
end
$$;
comment on function app.insert_newest_metrics(uuid, timestamptz) is
  'Writes samples of the temporary table metric_batch, and adds them to the rollups: those of series whose samples in it are all newer than those that are stored, and not before an instant. Answers how many, and the positions of what was taken.';

create function app.add_newest_metrics(organization uuid, since timestamptz, out added int, out is_all boolean)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  taken int[];
begin
  perform app.require_own_temporary_tables('{metric_batch}');
  if not organization = any (app.organizations_with_role('editor')) then
    raise exception 'may not write metrics' using errcode = '42501';
  end if;
  perform app.lock(organization, 'metrics');
  begin
    select i.added, i.taken into added, taken from app.insert_newest_metrics(organization, since) i;
  exception when unique_violation then
    -- Something is stored where nothing can be by what is known of the series: a rebuild sets that right.
    added := 0;
  end;
  is_all := (select count(*) from pg_temp.metric_batch) = coalesce(cardinality(taken), 0);
  if not is_all then
    delete from pg_temp.metric_batch b where b.position = any (taken);
  end if;
end
$$;
comment on function app.add_newest_metrics(uuid, timestamptz) is
  'Takes samples that only add to what is stored from the temporary table metric_batch, and writes them with all that follows from them; leaves the others. Answers how many rows changed, and whether none is left.';
alter function app.insert_newest_metrics(uuid, timestamptz) owner to pulsegraph_guard;
alter function app.add_newest_metrics(uuid, timestamptz) owner to pulsegraph_guard;

create function app.write_metric_batch(organization uuid, out written int, out rejected jsonb)
language plpgsql volatile set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  archived date[];
  since timestamptz;
  is_all boolean;
  rows int;
begin
  perform app.require_own_temporary_tables('{metric_batch}');
  -- Asked here once, so that a batch that is rejected row by row is refused all the same.
  if not organization = any (app.organizations_with_role('editor')) then
    raise exception 'may not write metrics' using errcode = '42501';
  end if;
  -- Whoever deletes a post has its row, and then waits for the lock of metrics: so rows come first here too. A new series
  -- or a new row of insights refers to them.
  perform 1 from public.posts_core p
  where p.organization_id = organization
    and p.id = any (array(select distinct b.entity_id from pg_temp.metric_batch b where b.entity_type = 'post'))
  order by p.id for key share;
  perform app.lock(organization, 'metrics');

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

  -- What is archived ends where the first month begins that is not.
  since := coalesce((select max(m) + interval '1 month' from unnest(archived) m) at time zone 'UTC', '-infinity');
  select a.added, a.is_all into written, is_all from app.add_newest_metrics(organization, since) a;
  if is_all then
    return;
  end if;

  insert into public.metric_series (organization_id, entity_type, entity_id, metric, platform)
  select organization, b.entity_type, b.entity_id, b.metric, b.platform from pg_temp.metric_batch b
  except
  select organization, e.entity_type, e.entity_id, s.metric, s.platform
  from (select distinct b.entity_type, b.entity_id from pg_temp.metric_batch b) e
  cross join lateral (
    select s.metric, s.platform from public.metric_series s
    where s.organization_id = organization and s.entity_type = e.entity_type and s.entity_id = e.entity_id offset 0) s;
  get diagnostics rows = row_count;
  if rows > 0 then
    select written + a.added, a.is_all into written, is_all from app.add_newest_metrics(organization, since) a;
    if is_all then
      return;
    end if;
  end if;

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
  get diagnostics rows = row_count;
  written := written + rows;

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
comment on function app.write_metric_batch(uuid) is
  'Writes the samples in the temporary table metric_batch, with the rights of the caller; answers how many rows changed, and what was rejected.';

create function app.delete_metric_samples(
  organization uuid, entity_type text, entity uuid, metrics text[], platforms text[], from_at timestamptz, to_at timestamptz,
  out deleted int)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  series_ids bigint[];
  rows int;
begin
  if not organization = any (app.organizations_with_role('editor')) then
    raise exception 'may not delete metrics' using errcode = '42501';
  end if;
  -- As when a batch is written: the row of the post first, then the lock.
  perform 1 from public.posts_core p
  where p.organization_id = organization and entity_type = 'post' and p.id = entity for key share;
  perform app.lock(organization, 'metrics');
  select array_agg(s.id) into series_ids
  from public.metric_series s
  where s.organization_id = organization and s.entity_type = delete_metric_samples.entity_type and s.entity_id = entity
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
comment on function app.delete_metric_samples(uuid, text, uuid, text[], text[], timestamptz, timestamptz) is
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
    raise exception 'time_period: "%" is not a period; allowed are hour, day, week, month, quarter, year.', time_period
      using errcode = 'PG400';
  end if;
  return query
    select date_trunc(time_period, r.bucket, z.time_zone),
      app.metric_value('sum', d.kind, sum(r.samples)::bigint, sum(r.sum), min(r.min), max(r.max), null, null, sum(r.growth)),
      sum(r.sum) / sum(r.samples), max(r.max), min(r.min), sum(r.samples)::bigint
    from metric_series s
    join metric_definitions d on d.organization_id = s.organization_id and d.name = s.metric
    join rollup_zones z on z.organization_id = s.organization_id and z.rollup = 'metrics'
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
join rollup_zones z on z.organization_id = s.organization_id and z.rollup = 'metrics'
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
alter function app.make_metric_partitions(date[]) owner to pulsegraph_guard;
alter function app.create_metric_staging() owner to pulsegraph_guard;
alter function app.archived_metric_months() owner to pulsegraph_guard;
grant select on analytics_dashboard, top_performing_posts to pulsegraph_api;
grant execute on function app.metric_value(text, text, bigint, numeric, numeric, numeric, numeric, bigint, numeric),
  get_metrics_aggregated(text, uuid, text, text) to pulsegraph_api, pulsegraph_worker;
grant execute on function app.make_metric_partitions(date[]), app.archived_metric_months(), app.create_metric_staging(),
  app.add_newest_metrics(uuid, timestamptz), app.write_metric_batch(uuid),
  app.delete_metric_samples(uuid, text, uuid, text[], text[], timestamptz, timestamptz)
  to pulsegraph_api, pulsegraph_worker;
grant execute on function app.metric_value(text, text, bigint, numeric, numeric, numeric, numeric, bigint, numeric) to pulsegraph_guard;
