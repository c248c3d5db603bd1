package dev.pulsegraph.metric;

import dev.pulsegraph.database.SqlArray;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Days are read as the job left them; distinct posts and newest readings of a range are no sum of days. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface CrossPlatformRepository extends GenericRepository<CrossPlatformMetric, UUID> {

    /** Largest share first; one row without a platform for an organization that has the metric and no day of it. */
    @Query("""
            with definitions as materialized (
              select d.organization_id, d.name, d.kind, d.default_aggregation as aggregation,
                app.metric_adds_up(d.default_aggregation, d.kind) as adds_up,
                x.since, (x.since at time zone z.time_zone - interval '90 days') at time zone z.time_zone as before,
                coalesce((
                  select min(c.marked_at) from metric_dirty_days c
                  where c.organization_id = d.organization_id and c.metric = d.name), now()) as as_of
              from metric_definitions d
              join rollup_zones z on z.organization_id = d.organization_id and z.rollup = 'metrics'
              cross join lateral (select app.local_day_start(cast(:from as timestamptz), z.time_zone) as since) x
              where d.organization_id = any (cast(:organizations as uuid[])) and d.name = :metric
            ),
            days as (
              select a.organization_id, c.platform, sum(c.value) as sum, min(c.value) as min, max(c.value) as max,
                avg(c.value) as mean, sum(c.value * c.samples) / sum(c.samples) as average
              from definitions a join cross_platform_metrics c on c.organization_id = a.organization_id and c.metric = a.name
                and c.bucket >= a.since and c.bucket < cast(:to as timestamptz)
              group by a.organization_id, c.platform
            ),
            history as (
              select a.organization_id, c.platform, count(*) as days, avg(c.value) as mean, stddev_samp(c.value) as spread
              from definitions a join cross_platform_metrics c on c.organization_id = a.organization_id and c.metric = a.name
                and c.bucket >= a.before and c.bucket < a.since
              group by a.organization_id, c.platform
            ),
            newest as (
              select a.organization_id, s.platform, count(*) as posts, sum(r.last) as last
              from definitions a
              join metric_series s on s.organization_id = a.organization_id and s.metric = a.name and s.entity_type = 'post'
              cross join lateral (
                select r.last from metric_rollups r
                where r.organization_id = a.organization_id and r.series_id = s.id and r.tier = 1440
                  and r.bucket >= a.since and r.bucket < cast(:to as timestamptz)
                order by r.bucket desc limit 1) r
              group by a.organization_id, s.platform
            ),
            compared as (
              select a.organization_id, a.name, a.adds_up, a.as_of, a.since, d.platform, coalesce(n.posts, 0) as posts,
                case a.aggregation
                  when 'avg' then d.average
                  when 'min' then d.min
                  when 'max' then d.max
                  when 'last' then coalesce(app.metric_value('last', a.kind, null, null, null, null, n.last, n.posts, null), 0)
                  else d.sum
                end as value,
                case when h.days >= 7 then (d.mean - h.mean) / nullif(h.spread, 0) end as z_score
              from definitions a
              left join days d on d.organization_id = a.organization_id
              left join history h on h.organization_id = d.organization_id and h.platform = d.platform
              left join newest n on n.organization_id = d.organization_id and n.platform = d.platform
            )
            select c.organization_id, c.name as metric, c.platform, c.value,
              case when c.adds_up and min(c.value) over of_all >= 0 then c.value / nullif(sum(c.value) over of_all, 0) end as share,
              c.posts, case when c.posts > 0 then case when c.adds_up then c.value / c.posts else c.value end end as per_post,
              c.z_score, c.as_of, c.since, cast(:to as timestamptz) as until
            from compared c
            window of_all as (partition by c.organization_id)
            order by c.organization_id, share desc nulls last, c.value desc, c.platform
            """)
    List<CrossPlatformMetric> compare(@SqlArray Collection<UUID> organizations, String metric, String from, String to);

    @Query("""
            select organization_id, platform, bucket as at, value, share, per_post, z_score
            from cross_platform_metrics
            where organization_id = any (cast(:organizations as uuid[])) and metric = :metric
              and bucket >= cast(:since as timestamptz) and bucket < cast(:until as timestamptz)
            order by organization_id, platform, bucket limit :limit
            """)
    List<CrossPlatformDay> listDays(
            @SqlArray Collection<UUID> organizations, String metric, String since, String until, int limit);
}
