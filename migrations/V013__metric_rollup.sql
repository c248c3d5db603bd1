-- package: metric
-- How samples of metrics become rollups: triggers on the samples rebuild the buckets that were touched, from the samples, in
-- the transaction that writes them. Most samples only add to what is there; those of a batch are added (V014).
--
-- One series of a counter. A reading grows from the reading before it, wherever that lies, and what it gained belongs to the
-- bucket the reading lies in. One that is lower than the reading before has begun again at 0.
--
--   time     09:00           09:15           09:30           09:45           10:00
--   samples    | 100     130   |       160     |               |  40     50    |
--   growth     | 100*    +30   |       +30     |               |  40**  +10    |   * first of the series  ** begun again
--   quarters   | growth 130    | growth 30     | none          | growth 50     |   metric_rollups, tier 15
--              | last 130 ---> | last 160 ---------- far ----> | last 50       |   what the first of a quarter grows from
--   hour       '-------------------------- growth 210 --------------------------'   metric_totals, tier 60
--   day        all quarters of the local day added up                               metric_rollups and metric_totals, tier 1440
--
-- A late sample of 09:20 changes its own quarter and what the first reading after it grew from: so its quarter is counted
-- anew and the next one that has samples, and no other. Days are then added up from quarters; totals over series are never
-- read for it, they move by the difference between the new quarter and the old one.
--
--   in a batch, newer than all others of its series         any other: late, corrected, deleted, written by SQL
--   app.add_newest_metrics adds it to quarter, day, totals   app.rebuild_metrics, by triggers
--                                                              app.count_metric_quarters    touched quarters, from samples
--                                                              quarters are replaced, totals moved by the difference
--                                                              app.rebuild_metric_days      from quarters
--                                                              app.refresh_metric_series    newest values, insights of posts

-- The samples in part of one quarter of an hour, each with what a counter gained by it. The reading before the first of
-- the quarter is the last of the bucket before.
create function app.sample_growth(organization uuid, series bigint, from_at timestamptz, to_at timestamptz)
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
comment on function app.sample_growth(uuid, bigint, timestamptz, timestamptz) is
  'Samples between two instants of one quarter of an hour, with the growth of each.';

-- Every lookup is lateral and has a limit or an aggregate: whatever the planner believes of the number of rows, it goes
-- by the primary keys, and a plan made for one sample serves ten thousand. Compiling such a plan takes longer than it runs.
create function app.count_metric_quarters(organization uuid, series_ids bigint[], buckets timestamptz[])
returns table (
  series_id bigint, bucket timestamptz, samples int, sum numeric, min numeric, max numeric, first numeric, last numeric,
  growth numeric, stored_samples int, stored_sum numeric, stored_growth numeric)
language sql stable as $$
  with given as materialized (
    select distinct t.series_id, t.bucket from unnest(series_ids, buckets) t(series_id, bucket)
  ),
  -- The first reading after a changed one grows from another value now.
  touched as materialized (
    select g.series_id, g.bucket from given g
    union
    select g.series_id, f.bucket
    from given g cross join lateral (
      select r.bucket from public.metric_rollups r
      where r.organization_id = organization and r.series_id = g.series_id and r.tier = 15 and r.bucket > g.bucket
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
          and m.recorded_at >= t.bucket and m.recorded_at < t.bucket + interval '15 minutes') s) x
  ),
  chained as materialized (
    select c.*, lag(c.bucket) over of_series as near_bucket, lag(c.last) over of_series as near_last
    from counted c where c.samples > 0
    window of_series as (partition by c.series_id order by c.bucket)
  ),
  -- The reading before a bucket is that of the bucket before: one counted just now, or an untouched one in between.
  grown as materialized (
    select c.series_id, c.bucket, c.rise + app.counter_growth(coalesce(far.last, c.near_last), c.first) as growth
    from chained c left join lateral (
      select r.last from public.metric_rollups r
      where r.organization_id = organization and r.series_id = c.series_id and r.tier = 15
        and r.bucket > coalesce(c.near_bucket, '-infinity') and r.bucket < c.bucket
        and (r.series_id, r.bucket) not in (select t.series_id, t.bucket from touched t)
      order by r.bucket desc limit 1) far on true
  )
  select c.series_id, c.bucket, c.samples, c.sum, c.min, c.max, c.first, c.last, g.growth,
    old.samples, old.sum, old.growth
  from counted c
  left join grown g on g.series_id = c.series_id and g.bucket = c.bucket
  left join lateral (
    select r.samples, r.sum, r.growth from public.metric_rollups r
    where r.organization_id = organization and r.series_id = c.series_id and r.tier = 15 and r.bucket = c.bucket
    limit 1) old on true
$$;
comment on function app.count_metric_quarters(uuid, bigint[], timestamptz[]) is
  'Counts quarters of an hour of series, and the next one of each, from their samples, beside what is stored of them. One without samples has 0 and no sums; one that is not stored has no stored_samples.';

create function app.rebuild_metrics(organization uuid, series_ids bigint[], buckets timestamptz[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  zone constant text := (select z.time_zone from public.rollup_zones z where z.organization_id = organization and z.rollup = 'metrics');
  day_series bigint[];
  days timestamptz[];
  emptied_totals boolean;
begin
  with quarters as materialized (
    select q.* from app.count_metric_quarters(organization, series_ids, buckets) q
  ),
  stored as (
    insert into public.metric_rollups as r
      (organization_id, series_id, tier, bucket, samples, sum, min, max, first, last, growth)
    select organization, q.series_id, 15, q.bucket, q.samples, q.sum, q.min, q.max, q.first, q.last, q.growth
    from quarters q where q.samples > 0 order by q.series_id, q.bucket
    on conflict (organization_id, series_id, tier, bucket) do update set
      samples = excluded.samples, sum = excluded.sum, min = excluded.min, max = excluded.max,
      first = excluded.first, last = excluded.last, growth = excluded.growth
  ),
  removed as (
    delete from public.metric_rollups r where r.ctid = any (array(
      select x.ctid
      from quarters q cross join lateral (
        select r.ctid from public.metric_rollups r
        where r.organization_id = organization and r.tier = 15 and r.series_id = q.series_id and r.bucket = q.bucket
        limit 1) x
      where q.samples = 0))
  ),
  differences as materialized (
    select q.series_id, q.bucket, q.samples - coalesce(q.stored_samples, 0) as samples,
      coalesce(q.sum, 0) - coalesce(q.stored_sum, 0) as sum, coalesce(q.growth, 0) - coalesce(q.stored_growth, 0) as growth
    from quarters q where q.samples > 0 or q.stored_samples is not null
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
  marked as (
    insert into public.metric_dirty_days (organization_id, metric, bucket)
    select distinct organization, m.metric, m.bucket from moved m where m.tier = 1440 order by 2, 3
    on conflict do nothing
  )
  select array_agg(d.series_id), array_agg(d.day), (select coalesce(bool_or(a.samples = 0), false) from added a)
  into day_series, days, emptied_totals
  from (select distinct f.series_id, app.local_day_start(f.bucket, zone) as day from differences f) d;

  if emptied_totals then
    perform app.delete_empty_metric_totals(organization, series_ids, buckets, zone);
  end if;
  perform app.rebuild_metric_days(organization, day_series, days, zone);
  perform app.refresh_metric_series(organization, series_ids);
end
$$;
comment on function app.rebuild_metrics(uuid, bigint[], timestamptz[]) is
  'Rebuilds quarters of an hour of series from their samples, and all that follows from them. The caller holds the lock of metrics.';

create function app.delete_empty_metric_totals(organization uuid, series_ids bigint[], buckets timestamptz[], zone text) returns void
language sql volatile as $$
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
        and t.samples = 0 offset 0) x))
$$;
comment on function app.delete_empty_metric_totals(uuid, bigint[], timestamptz[], text) is
  'Deletes totals that are of no sample any more, in the buckets that these quarters of an hour lie in.';

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

create function app.refresh_metric_series(organization uuid, series_ids bigint[]) returns void
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

  perform app.refresh_post_metrics(organization, series_ids);
end
$$;
comment on function app.refresh_metric_series(uuid, bigint[]) is
  'Brings the newest values of series, and what their posts show of them, up to date.';

-- What a post shows of its newest samples: latest_metrics and the like of posts_core over all platforms, and the counters of
-- post_insights by platform, which are the newest samples of the metrics of those names.
create function app.refresh_post_metrics(organization uuid, series_ids bigint[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  posts uuid[];
  insight_posts uuid[];
  insight_platforms text[];
begin
  select array_agg(t.post_id), array_agg(t.post_id) filter (where t.is_insight), array_agg(t.platform) filter (where t.is_insight)
  into posts, insight_posts, insight_platforms
  from (
    select s.post_id, s.platform, bool_or(app.is_insight(s.metric)) as is_insight
    from (select distinct x as series_id from unnest(series_ids) x) i
    cross join lateral (
      select s.post_id, s.platform, s.metric from public.metric_series s
      where s.organization_id = organization and s.id = i.series_id limit 1) s
    where s.post_id is not null group by s.post_id, s.platform) t;
  perform app.refresh_latest_metrics(organization, posts);
  perform app.refresh_insights(organization, insight_posts, insight_platforms);
end
$$;
comment on function app.refresh_post_metrics(uuid, bigint[]) is 'Brings what the posts of series show up to date with the newest values of series.';

create function app.is_insight(metric text) returns boolean
language sql immutable parallel safe as $$
  select metric in ('impressions', 'reach', 'likes', 'comments', 'shares', 'engagement_rate')
$$;
comment on function app.is_insight(text) is 'Whether post_insights has a column for a metric.';

create function app.refresh_insights(organization uuid, posts uuid[], platforms text[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set jit = off as $$
begin
  with newest as materialized (
    select t.post_id, t.platform, n.impressions, n.reach, n.likes, n.comments, n.shares, n.engagement_rate, n.recorded_at
    from unnest(posts, platforms) t(post_id, platform)
    left join (
      select p.post_id, s.platform,
        app.whole_count(max(s.last_value) filter (where s.metric = 'impressions')) as impressions,
        app.whole_count(max(s.last_value) filter (where s.metric = 'reach')) as reach,
        app.whole_count(max(s.last_value) filter (where s.metric = 'likes')) as likes,
        app.whole_count(max(s.last_value) filter (where s.metric = 'comments')) as comments,
        app.whole_count(max(s.last_value) filter (where s.metric = 'shares')) as shares,
        max(s.last_value) filter (where s.metric = 'engagement_rate')::double precision as engagement_rate,
        max(s.last_at) as recorded_at
      from (select distinct x as post_id from unnest(posts) x) p
      cross join lateral (
        select s.platform, s.metric, s.last_value, s.last_at from public.metric_series s
        where s.organization_id = organization and s.entity_type = 'post' and s.entity_id = p.post_id
        offset 0) s
      where app.is_insight(s.metric)
      group by p.post_id, s.platform) n on n.post_id = t.post_id and n.platform = t.platform
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
comment on function app.refresh_insights(uuid, uuid[], text[]) is
  'Brings insights of posts, each on a platform, up to date with the newest values of their series.';

create function app.roll_up_metrics() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare
  organization uuid;
  series_ids bigint[];
  buckets timestamptz[];
begin
  for organization in select distinct c.organization_id from changed c order by 1 loop
    perform app.lock(organization, 'metrics');
    select array_agg(c.series_id), array_agg(c.bucket) into series_ids, buckets
    from (
      select distinct c.series_id, app.quarter_hour(c.recorded_at) as bucket from changed c where c.organization_id = organization) c;
    if tg_op = 'INSERT' and exists (
      select from (select distinct x as series_id from unnest(series_ids) x) i
      where (select s.id from public.metric_series s where s.organization_id = organization and s.id = i.series_id) is null)
    then
      raise exception 'series_id: there is no such series.' using errcode = 'PG404';
    end if;
    perform app.rebuild_metrics(organization, series_ids, buckets);
  end loop;
  return null;
end
$$;
comment on function app.roll_up_metrics() is 'Rebuilds the rollups of the samples a statement changed.';

-- ---- Triggers

alter function app.rebuild_metrics(uuid, bigint[], timestamptz[]) owner to pulsegraph_guard;
alter function app.rebuild_metric_days(uuid, bigint[], timestamptz[], text) owner to pulsegraph_guard;
alter function app.refresh_metric_series(uuid, bigint[]) owner to pulsegraph_guard;
alter function app.refresh_post_metrics(uuid, bigint[]) owner to pulsegraph_guard;
alter function app.refresh_insights(uuid, uuid[], text[]) owner to pulsegraph_guard;
alter function app.roll_up_metrics() owner to pulsegraph_guard;
-- The guard adds what it inserts to the rollups itself (app.add_newest_metrics). The conflicts of an upsert come first, as updates.
create trigger metric_readings_inserted after insert on metric_readings
  referencing new table as changed for each statement when (current_user <> 'pulsegraph_guard')
  execute function app.roll_up_metrics();
create trigger metric_readings_updated after update on metric_readings
  referencing new table as changed for each statement execute function app.roll_up_metrics();
create trigger metric_readings_deleted after delete on metric_readings
  referencing old table as changed for each statement execute function app.roll_up_metrics();
create trigger metric_readings_archive_inserted after insert on metric_readings_archive
  referencing new table as changed for each statement execute function app.roll_up_metrics();
create trigger metric_readings_archive_updated after update on metric_readings_archive
  referencing new table as changed for each statement execute function app.roll_up_metrics();
create trigger metric_readings_archive_deleted after delete on metric_readings_archive
  referencing old table as changed for each statement execute function app.roll_up_metrics();
-- A partition gets the row trigger of its parent, for which its maker must be allowed to call the function.
grant execute on function app.is_insight(text), app.count_metric_quarters(uuid, bigint[], timestamptz[]),
  app.delete_empty_metric_totals(uuid, bigint[], timestamptz[], text) to pulsegraph_guard;
grant execute on function app.sample_growth(uuid, bigint, timestamptz, timestamptz) to pulsegraph_api, pulsegraph_worker;
