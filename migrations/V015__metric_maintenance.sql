-- package: metric
-- What keeps metrics in order: an archive, days of a new time zone, and a check that rollups
-- equal a recount. Each is one function, which a job of the server calls, or pg_cron.
--
-- All that rewrites an organization's rollups holds the lock of metrics (app.lock), so that no writer of it is in flight.

-- ---- The archive

-- A month changes its parent and nothing else: no row is read. Its index becomes one of the archive's, and its check says
-- that all rows fit, so that ATTACH need not look. Readers wait while a month changes hands, and as long as it takes to get
-- the lock; therefore it is given up soon.
create function archive_old_metrics(retention interval default '13 months') returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set lock_timeout = '300ms' as $$
declare
  month record;
  moved int := 0;
begin
  if retention < interval '0' then
    raise exception 'retention: % is negative.', retention using errcode = 'PG400';
  end if;
  for month in
    -- What is no range of time has no end, and stays.
    select p.name, p.since, p.until
    from app.partition_ranges p
    where p.parent = 'metric_readings' and p.until <= now() - retention
    order by p.since
  loop
    begin
      -- What a write waits for as well, in the same order.
      lock table only public.metric_readings in access exclusive mode;
      execute format('alter table public.metric_readings detach partition partitions.%I', month.name);
      execute format(
        'alter table public.metric_readings_archive attach partition partitions.%I for values from (%L) to (%L)',
        month.name, month.since, month.until);
      moved := moved + 1;
    exception when lock_not_available then
      -- Others would wait as long, and readers behind them.
      raise notice '% is in use and stays until the next run.', month.name;
      exit;
    end;
  end loop;
  return moved;
end
$$;
comment on function archive_old_metrics(interval) is
  'Moves months, and years that share a partition, into the archive when they ended longer ago than the retention, as whole partitions; answers how many. Rollups stay as they are.';

-- ---- Days of a new time zone

create function app.rebuild_metric_zone(organization uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  zone text;
  name text;
begin
  perform app.lock(organization, 'metrics');
  zone := app.update_rollup_zone(organization, 'metrics');
  if zone is null then
    return false;
  end if;

  delete from public.metric_rollups r
  using public.metric_series s
  where s.organization_id = organization and r.organization_id = organization and r.series_id = s.id and r.tier = 1440;
  insert into public.metric_rollups
    (organization_id, series_id, tier, bucket, samples, sum, min, max, first, last, growth)
  select organization, r.series_id, 1440, r.day, sum(r.samples)::int, sum(r.sum), min(r.min), max(r.max),
    (array_agg(r.first order by r.bucket))[1], (array_agg(r.last order by r.bucket desc))[1], sum(r.growth)
  from (
    select q.*, app.local_day_start(q.bucket, zone) as day
    from public.metric_rollups q where q.organization_id = organization and q.tier = 15) r
  group by r.series_id, r.day;

  delete from public.metric_totals t
  using public.metric_definitions d
  where d.organization_id = organization and t.organization_id = organization and t.metric = d.name and t.tier = 1440;
  insert into public.metric_totals
    (organization_id, metric, tier, bucket, entity_type, platform, samples, sum, growth)
  select organization, t.metric, 1440, app.local_day_start(t.bucket, zone), t.entity_type, t.platform,
    sum(t.samples), sum(t.sum), sum(t.growth)
  from public.metric_totals t
  where t.organization_id = organization and t.tier = 15
  group by t.metric, app.local_day_start(t.bucket, zone), t.entity_type, t.platform;

  -- The days that changed hands are no days any more.
  delete from public.cross_platform_metrics c where c.organization_id = organization;
  delete from public.metric_dirty_days c where c.organization_id = organization;
  insert into public.metric_dirty_days (organization_id, metric, bucket)
  select distinct organization, t.metric, t.bucket
  from public.metric_totals t where t.organization_id = organization and t.tier = 1440;
  for name in select distinct c.metric from public.metric_dirty_days c where c.organization_id = organization loop
    while app.refresh_cross_platform(organization, name) > 0 loop
    end loop;
  end loop;
  return true;
end
$$;
comment on function app.rebuild_metric_zone(uuid) is
  'Rebuilds the days of an organization''s metrics when they are not those of its time zone; answers whether they were not.';

create function app.rebuild_metric_zones() returns int
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  organization uuid;
  rebuilt int := 0;
begin
  for organization in select app.outdated_zones('metrics') loop
    rebuilt := rebuilt + app.rebuild_metric_zone(organization)::int;
  end loop;
  return rebuilt;
end
$$;
comment on function app.rebuild_metric_zones() is 'Rebuilds the days of all organizations that moved to another time zone; answers of how many.';

-- ---- Whether rollups equal a recount

-- Counts by nothing but the samples, and in another way than the triggers do: what they have in common could be wrong in both.
create function app.recount_metrics(organization uuid, series bigint, at timestamptz)
returns table (part text, tier smallint, bucket timestamptz, stored jsonb, counted jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
  with subject as materialized (
    select s.id, s.metric, s.entity_type, s.post_id, s.platform, s.last_value, s.last_at, z.time_zone, app.local_day_start(at, z.time_zone) as day
    from public.metric_series s join public.rollup_zones z on z.organization_id = s.organization_id and z.rollup = 'metrics'
    where s.organization_id = organization and s.id = series
  ),
  -- Whole hours, though a day may begin within one.
  span as materialized (
    select date_trunc('hour', u.day - interval '4 hours', 'UTC') as since, date_trunc('hour', u.day + interval '30 hours', 'UTC') as until
    from subject u
  ),
  readings as materialized (
    select s.id, m.recorded_at, m.metric_value as value,
      (select p.metric_value from public.metric_samples p
        where p.organization_id = organization and p.series_id = s.id and p.recorded_at < m.recorded_at
        order by p.recorded_at desc limit 1) as before
    from subject u cross join span
    join public.metric_series s on s.organization_id = organization and s.metric = u.metric
      and s.entity_type = u.entity_type and s.platform = u.platform
    cross join lateral (
      select x.recorded_at, x.metric_value from public.metric_samples x
      where x.organization_id = organization and x.series_id = s.id
        and x.recorded_at >= span.since and x.recorded_at < span.until
      offset 0) m
  ),
  placed as materialized (
    select r.id, r.recorded_at, r.value, k.tier, k.bucket,
      case when r.before is null or r.value < r.before then r.value else r.value - r.before end as growth
    from readings r cross join subject u cross join lateral (values
      (15::smallint, to_timestamp(floor(extract(epoch from r.recorded_at) / 900) * 900)),
      (60::smallint, to_timestamp(floor(extract(epoch from r.recorded_at) / 3600) * 3600)),
      (1440::smallint, app.local_day_start(r.recorded_at, u.time_zone))) k(tier, bucket)
    where k.tier < 1440 or k.bucket = u.day
  ),
  counted_series as (
    select p.tier, p.bucket, jsonb_build_array(count(*), sum(p.value), min(p.value), max(p.value),
      (array_agg(p.value order by p.recorded_at))[1], (array_agg(p.value order by p.recorded_at desc))[1], sum(p.growth)) as value
    from placed p where p.id = series and p.tier <> 60 group by p.tier, p.bucket
  ),
  stored_series as (
    select r.tier, r.bucket, jsonb_build_array(r.samples, r.sum, r.min, r.max, r.first, r.last, r.growth) as value
    from subject u cross join span cross join lateral (values (15::smallint), (1440::smallint)) k(tier)
    join public.metric_rollups r on r.organization_id = organization and r.series_id = series and r.tier = k.tier
      and r.bucket >= span.since and r.bucket < span.until
    where r.tier = 15 or r.bucket = u.day
  ),
  counted_totals as (
    select p.tier, p.bucket, jsonb_build_array(count(*), sum(p.value), sum(p.growth)) as value
    from placed p group by p.tier, p.bucket
  ),
  stored_totals as (
    select t.tier, t.bucket, jsonb_build_array(t.samples, t.sum, t.growth) as value
    from subject u cross join span cross join lateral (values (15::smallint), (60::smallint), (1440::smallint)) k(tier)
    join public.metric_totals t on t.organization_id = organization and t.metric = u.metric and t.tier = k.tier
      and t.bucket >= span.since and t.bucket < span.until and t.entity_type = u.entity_type and t.platform = u.platform
    where t.tier < 1440 or t.bucket = u.day
  )
  select 'rollup', tier, bucket, s.value, c.value
  from counted_series c full join stored_series s using (tier, bucket) where c.value is distinct from s.value
  union all
  select 'total', tier, bucket, s.value, c.value
  from counted_totals c full join stored_totals s using (tier, bucket) where c.value is distinct from s.value
  union all
  select 'newest', null, null, jsonb_build_array(u.last_value, u.last_at), jsonb_build_array(n.value, n.recorded_at)
  from subject u left join lateral (
    select m.metric_value as value, m.recorded_at from public.metric_samples m
    where m.organization_id = organization and m.series_id = series
    order by m.recorded_at desc limit 1) n on true
  where (u.last_value, u.last_at) is distinct from (n.value, n.recorded_at)
  union all
  select 'post', null, null, stored.value, counted.value
  from subject u
  join public.posts_core p on p.organization_id = organization and p.id = u.post_id
  cross join lateral (select (
    select jsonb_build_array(l.sum, l.mean, l.recorded_at)
    from unnest(p.latest_metrics, p.latest_sums, p.latest_means, p.latest_at) l(metric, sum, mean, recorded_at)
    where l.metric = u.metric) as value) stored
  cross join lateral (
    select case when count(*) > 0 then
      jsonb_build_array(sum(s.last_value)::double precision, avg(s.last_value)::double precision, max(s.last_at)) end as value
    from public.metric_series s
    where s.organization_id = organization and s.entity_type = 'post' and s.entity_id = u.post_id and s.metric = u.metric
      and s.last_at is not null) counted
  where stored.value is distinct from counted.value
$$;
comment on function app.recount_metrics(uuid, bigint, timestamptz) is
  'Where the rollups of a series, the totals it is part of, its newest value and what its post shows of it differ from a recount of samples, in the local day of an instant and the hours around it.';

-- A total is the sum of rollups, and is kept by adding what changes; a wrong one would stay wrong if its rollups were
-- rebuilt. So all are set to what was counted.
create function app.repair_metrics(organization uuid, series bigint, at timestamptz)
returns table (part text, tier smallint, bucket timestamptz, stored jsonb, counted jsonb)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  subject record;
  found_wrong boolean := false;
begin
  -- As when a batch is written: the row of the post first, then the lock.
  perform 1 from public.posts_core p
  where p.organization_id = organization
    and p.id = (select s.post_id from public.metric_series s where s.organization_id = organization and s.id = series) for key share;
  perform app.lock(organization, 'metrics');
  select s.*, z.time_zone into subject
  from public.metric_series s join public.rollup_zones z on z.organization_id = s.organization_id and z.rollup = 'metrics'
  where s.organization_id = organization and s.id = series;
  for part, tier, bucket, stored, counted in
    select r.part, r.tier, r.bucket, r.stored, r.counted from app.recount_metrics(organization, series, at) r
  loop
    found_wrong := true;
    if part = 'rollup' then
      delete from public.metric_rollups r
      where r.organization_id = organization and r.series_id = series and r.tier = repair_metrics.tier and r.bucket = repair_metrics.bucket;
      insert into public.metric_rollups (organization_id, series_id, tier, bucket, samples, sum, min, max, first, last, growth)
      select organization, series, repair_metrics.tier, repair_metrics.bucket, (counted ->> 0)::int, (counted ->> 1)::numeric,
        (counted ->> 2)::numeric, (counted ->> 3)::numeric, (counted ->> 4)::numeric, (counted ->> 5)::numeric, (counted ->> 6)::numeric
      where counted is not null;
    elsif part = 'total' then
      delete from public.metric_totals t
      where t.organization_id = organization and t.metric = subject.metric and t.tier = repair_metrics.tier
        and t.bucket = repair_metrics.bucket and t.entity_type = subject.entity_type and t.platform = subject.platform;
      insert into public.metric_totals (organization_id, metric, tier, bucket, entity_type, platform, samples, sum, growth)
      select organization, subject.metric, repair_metrics.tier, repair_metrics.bucket, subject.entity_type, subject.platform,
        (counted ->> 0)::bigint, (counted ->> 1)::numeric, (counted ->> 2)::numeric
      where counted is not null;
    end if;
    if bucket is not null then
      insert into public.metric_dirty_days (organization_id, metric, bucket)
      values (organization, subject.metric, app.local_day_start(repair_metrics.bucket, subject.time_zone)) on conflict do nothing;
    end if;
    return next;
  end loop;
  if found_wrong then
    perform app.refresh_metric_series(organization, array[series]);
  end if;
end
$$;
comment on function app.repair_metrics(uuid, bigint, timestamptz) is
  'Sets what app.recount_metrics finds wrong to what it counted; answers what it was.';

-- Ids and instants are drawn between the smallest and the largest, and the next one there is is taken: that is found by an
-- index, however many there are.
create function app.sample_metrics(sampled int) returns table (organization uuid, series bigint, at timestamptz)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  since timestamptz;
  until timestamptz;
begin
  for organization in
    select o.id
    from (
      select z.organization_id as id from public.rollup_zones z
      where z.rollup = 'metrics' and exists (select from public.metric_series s where s.organization_id = z.organization_id)) o
    cross join generate_series(1, sampled)
    order by random() limit sampled
  loop
    select s.id into series
    from (
      select min(m.id) as low, max(m.id) as high from public.metric_series m where m.organization_id = organization) r
    cross join lateral (select r.low + floor(random() * (r.high - r.low + 1))::bigint as id offset 0) x
    cross join lateral (
      select m.id from public.metric_series m
      where m.organization_id = organization and m.id >= x.id order by m.id limit 1) s;
    -- From samples and from rollups: either may lack what the other has.
    select least(min(m.recorded_at), min(r.bucket)), greatest(max(m.recorded_at), max(r.bucket)) into since, until
    from (
      (select x.recorded_at from public.metric_samples x
        where x.organization_id = organization and x.series_id = series order by x.recorded_at limit 1)
      union all
      (select x.recorded_at from public.metric_samples x
        where x.organization_id = organization and x.series_id = series order by x.recorded_at desc limit 1)) m
    full join (
      (select x.bucket from public.metric_rollups x
        where x.organization_id = organization and x.series_id = series and x.tier = 15 order by x.bucket limit 1)
      union all
      (select x.bucket from public.metric_rollups x
        where x.organization_id = organization and x.series_id = series and x.tier = 15 order by x.bucket desc limit 1)) r on false;
    continue when since is null;
    since := since + random() * (until - since);
    select least(m.recorded_at, r.bucket) into at
    from (select x.recorded_at from public.metric_samples x
      where x.organization_id = organization and x.series_id = series and x.recorded_at >= since order by x.recorded_at limit 1) m
    full join (select x.bucket from public.metric_rollups x
      where x.organization_id = organization and x.series_id = series and x.tier = 15 and x.bucket >= since
      order by x.bucket limit 1) r on true;
    at := coalesce(at, until);
    return next;
  end loop;
end
$$;
comment on function app.sample_metrics(int) is 'Draws series and instants where they have samples or rollups, of random organizations.';

create function app.audit_metrics(sampled int default 20)
returns table (organization_id uuid, metric text, series_id bigint, part text, tier smallint, bucket timestamptz, stored jsonb, counted jsonb)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  picked record;
begin
  -- In the order in which a write of several organizations locks them.
  for picked in select * from app.sample_metrics(sampled) p order by p.organization, p.series, p.at loop
    continue when not exists (select from app.recount_metrics(picked.organization, picked.series, picked.at));
    return query
      select picked.organization, s.metric, picked.series, h.part, h.tier, h.bucket, h.stored, h.counted
      from app.repair_metrics(picked.organization, picked.series, picked.at) h
      join public.metric_series s on s.organization_id = picked.organization and s.id = picked.series;
  end loop;
end
$$;
comment on function app.audit_metrics(int) is
  'Recounts so many random series, a day of each, and heals what differs; answers what it was. Nothing, as long as triggers keep their promise.';

grant create on schema public to pulsegraph_guard;
alter function archive_old_metrics(interval) owner to pulsegraph_guard;
revoke create on schema public from pulsegraph_guard;
alter function app.rebuild_metric_zone(uuid) owner to pulsegraph_guard;
alter function app.recount_metrics(uuid, bigint, timestamptz) owner to pulsegraph_guard;
alter function app.repair_metrics(uuid, bigint, timestamptz) owner to pulsegraph_guard;
alter function app.sample_metrics(int) owner to pulsegraph_guard;
grant execute on function archive_old_metrics(interval), app.rebuild_metric_zone(uuid), app.rebuild_metric_zones(),
  app.recount_metrics(uuid, bigint, timestamptz),
  app.repair_metrics(uuid, bigint, timestamptz), app.sample_metrics(int), app.audit_metrics(int) to pulsegraph_worker;
