-- package: metric
-- How platforms compare in a metric, kept by a job.

create table cross_platform_metrics (
  organization_id uuid not null,
  metric text not null,
  bucket timestamptz not null,
  platform text not null,
  value numeric not null,
  samples bigint not null,
  posts int not null,
  share numeric,
  per_post numeric not null,
  z_score numeric,
  constraint cross_platform_metrics_pkey primary key (organization_id, metric, bucket, platform),
  constraint cross_platform_metrics_metric_fkey foreign key (organization_id, metric)
    references metric_definitions (organization_id, name) on delete cascade
);
comment on table cross_platform_metrics is
  'How platforms compare in a metric of posts, each local day: the value as the metric''s definition says, its share of all platforms, its part for each post, and how unusual it is for the platform. Kept by a job.';
comment on column cross_platform_metrics.bucket is 'Where the day begins, in the zone in rollup_zones.';
comment on column cross_platform_metrics.share is 'Null where parts make no sense; see app.metric_adds_up.';
comment on column cross_platform_metrics.z_score is
  'The value against the platform''s own 90 days before, in standard deviations; null with fewer than 7 of them, or when they are alike.';

create function app.metric_adds_up(aggregation text, kind text) returns boolean
language sql immutable parallel safe as $$
  select aggregation in ('sum', 'count') or aggregation = 'last' and kind <> 'ratio'
$$;
comment on function app.metric_adds_up(text, text) is
  'Whether values of several platforms or posts add up to one of all. Means and extremes do not.';

-- As many days as are done quickly: writers wait meanwhile.
create function app.refresh_cross_platform(organization uuid, name text, at_most int default 31) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  definition record;
  days timestamptz[];
  since timestamptz;
  until timestamptz;
begin
  perform app.lock(organization, 'metrics');
  with taken as (
    delete from public.metric_dirty_days c
    where c.organization_id = organization and c.metric = name and c.bucket = any (array(
      select n.bucket from public.metric_dirty_days n
      where n.organization_id = organization and n.metric = name order by n.bucket desc limit at_most))
    returning c.bucket
  )
  select array_agg(t.bucket) into days from taken t;
  if days is null then
    return 0;
  end if;

  delete from public.cross_platform_metrics c
  where c.organization_id = organization and c.metric = name and c.bucket = any (days);
  select d.default_aggregation as aggregation, d.kind, app.metric_adds_up(d.default_aggregation, d.kind) as adds_up, z.time_zone
  into definition
  from public.metric_definitions d join public.rollup_zones z on z.organization_id = d.organization_id and z.rollup = 'metrics'
  where d.organization_id = organization and d.name = refresh_cross_platform.name;
  if not found then
    return cardinality(days);
  end if;

  select min(x), max(x) into since, until from unnest(days) x;
  insert into public.cross_platform_metrics
    (organization_id, metric, bucket, platform, value, samples, posts, share, per_post)
  select organization, name, v.bucket, v.platform, v.value, v.samples, v.posts,
    case when definition.adds_up and min(v.value) over of_day >= 0 then v.value / nullif(sum(v.value) over of_day, 0) end,
    case when definition.adds_up then v.value / v.posts else v.value end
  from (
    select r.bucket, s.platform, sum(r.samples)::bigint as samples, count(*)::int as posts,
      app.metric_value(definition.aggregation, definition.kind, sum(r.samples)::bigint, sum(r.sum), min(r.min), max(r.max),
        sum(r.last), count(*), sum(r.growth)) as value
    from public.metric_series s
    cross join lateral (
      select x.bucket, x.samples, x.sum, x.min, x.max, x.last, x.growth from public.metric_rollups x
      where x.organization_id = organization and x.series_id = s.id and x.tier = 1440
        and x.bucket >= since and x.bucket <= until
      offset 0) r
    where s.organization_id = organization and s.metric = name and s.entity_type = 'post' and r.bucket = any (days)
    group by r.bucket, s.platform) v
  window of_day as (partition by v.bucket);

  -- A day is part of the history of the 90 days after it. Rows are found again by where they lie, which needs no statistics.
  update public.cross_platform_metrics c set z_score = n.z_score
  from (
    select h.place, h.bucket,
      case when count(*) over before >= 7
        then (h.value - avg(h.value) over before) / nullif(stddev_samp(h.value) over before, 0) end as z_score
    from (
      select x.ctid as place, x.bucket, x.platform, x.value, (x.bucket at time zone definition.time_zone)::date::timestamp as day
      from public.cross_platform_metrics x
      where x.organization_id = organization and x.metric = name
        and x.bucket >= since - interval '92 days' and x.bucket <= until + interval '92 days') h
    window before as (partition by h.platform order by h.day range between interval '90 days' preceding and interval '1 day' preceding)) n
  where c.ctid = n.place and n.bucket >= since and n.bucket < until + interval '91 days'
    and c.z_score is distinct from n.z_score;
  return cardinality(days);
end
$$;
comment on function app.refresh_cross_platform(uuid, text, int) is
  'Brings the newest changed days of a metric of an organization up to date; answers how many, 0 when there are no more.';

create function refresh_cross_platform_metrics() returns int
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  pair record;
  days int;
  refreshed int := 0;
begin
  for pair in select distinct c.organization_id, c.metric from public.metric_dirty_days c order by 1, 2 loop
    loop
      days := app.refresh_cross_platform(pair.organization_id, pair.metric);
      exit when days = 0;
      refreshed := refreshed + days;
    end loop;
  end loop;
  return refreshed;
end
$$;
comment on function refresh_cross_platform_metrics() is
  'Brings cross_platform_metrics up to date in one transaction; answers how many days of metrics were looked at. The server does it in a transaction for each metric instead.';

-- Without the lock a refresh in flight could take the days that are noted here, and compute them by what the metric was.
create function app.recompute_cross_platform() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.lock(new.organization_id, 'metrics');
  insert into public.metric_dirty_days (organization_id, metric, bucket)
  select distinct t.organization_id, t.metric, t.bucket
  from public.metric_totals t
  where t.organization_id = new.organization_id and t.metric = new.name and t.tier = 1440 and t.entity_type = 'post'
  on conflict do nothing;
  return null;
end
$$;
comment on function app.recompute_cross_platform() is 'Has the days of a metric that is read in another way compared anew.';

-- ---- Who may

call app.protect('cross_platform_metrics', reads => 'viewer', worker => 'select', guard => 'all');
grant select on cross_platform_metrics to pulsegraph_api, pulsegraph_worker;
grant select, insert, update, delete on cross_platform_metrics to pulsegraph_guard;
grant execute on function app.metric_adds_up(text, text) to pulsegraph_api, pulsegraph_worker, pulsegraph_guard;
alter function app.refresh_cross_platform(uuid, text, int) owner to pulsegraph_guard;
alter function app.recompute_cross_platform() owner to pulsegraph_guard;
grant execute on function app.refresh_cross_platform(uuid, text, int), refresh_cross_platform_metrics()
  to pulsegraph_worker;

create trigger metric_definitions_recompute after update on metric_definitions
  for each row when ((old.kind, old.default_aggregation) is distinct from (new.kind, new.default_aggregation))
  execute function app.recompute_cross_platform();
