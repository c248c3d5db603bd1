package dev.pulsegraph.metric;

import dev.pulsegraph.database.SqlArray;
import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.series.SeriesRow;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The fourth step: reads all points of a question in one statement. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface MetricPointRepository extends GenericRepository<MetricPointRepository.Row, UUID> {

    /**
     * Reads what a plan says: its segments, each with {@code organization_id, metric, comparison, totals, tier, from_at,
     * to_at}, and the edges of the buckets of each organization, {@code organization_id, comparison, edges}, as JSON.
     *
     * <p>Whatever the planner believes of their number, series and buckets are found by their keys: hence the lateral
     * joins with {@code offset 0}, which it does not turn into others. Groups are ranked by what they have in the range;
     * those after {@code groups} become one.
     *
     * <p>A last value lasts: where some series of a group are read in a bucket, the others count with what they had before.
     *
     * @param owned whether each entity is answered apart from the others
     * @param aggregation null for that of each definition
     */
    @Query("""
            with edges as materialized (
              select e.organization_id, e.comparison, e.edges
              from jsonb_to_recordset(cast(:edges as jsonb)) e(organization_id uuid, comparison boolean, edges timestamptz[])
            ),
            segments as materialized (
              select g.*, d.kind, coalesce(cast(:aggregation as text), d.default_aggregation) as aggregation
              from jsonb_to_recordset(cast(:segments as jsonb)) g(organization_id uuid, metric text, comparison boolean,
                totals boolean, tier smallint, from_at timestamptz, to_at timestamptz)
              join metric_definitions d on d.organization_id = g.organization_id and d.name = g.metric
            ),
            series as materialized (
              select s.*, g.kind, g.aggregation
              from (
                select distinct g.organization_id, g.metric, g.kind, g.aggregation from segments g
                where not g.totals or g.tier = 0) g
              cross join lateral (
                select s.organization_id, s.id, s.metric, s.platform, s.entity_type, s.entity_id
                from metric_series s
                where s.organization_id = g.organization_id and s.metric = g.metric
                  and (cast(:entityType as text) is null or s.entity_type = cast(:entityType as text))
                  and (cast(:entities as uuid[]) is null or s.entity_id = any (cast(:entities as uuid[])))
                  and (cast(:platforms as text[]) is null or s.platform = any (cast(:platforms as text[])))
                offset 0) s
            ),
            readings as (
              select g.organization_id, g.metric, g.kind, g.aggregation, g.comparison, null::bigint as series, t.platform,
                null::text as entity_type, null::uuid as entity_id, null::timestamptz as bucket, t.slot, t.samples, t.sum,
                null::numeric as min, null::numeric as max, null::numeric as last, t.growth
              from segments g
              join edges e on e.organization_id = g.organization_id and e.comparison = g.comparison
              cross join lateral (
                select case when :byPlatform then t.platform end as platform, width_bucket(t.bucket, e.edges) as slot,
                  sum(t.samples)::bigint as samples, sum(t.sum) as sum, sum(t.growth) as growth
                from metric_totals t
                where t.organization_id = g.organization_id and t.metric = g.metric and t.tier = g.tier
                  and t.bucket >= g.from_at and t.bucket < g.to_at
                  and (cast(:entityType as text) is null or t.entity_type = cast(:entityType as text))
                  and (cast(:platforms as text[]) is null or t.platform = any (cast(:platforms as text[])))
                group by 1, 2
                offset 0) t
              where g.totals and g.tier > 0
              union all
              select s.organization_id, s.metric, s.kind, s.aggregation, g.comparison, s.id, s.platform,
                s.entity_type, s.entity_id, r.bucket, width_bucket(r.bucket, e.edges), r.samples::bigint, r.sum, r.min, r.max,
                r.last, r.growth
              from segments g
              join edges e on e.organization_id = g.organization_id and e.comparison = g.comparison
              join series s on s.organization_id = g.organization_id and s.metric = g.metric
              cross join lateral (
                select r.bucket, r.samples, r.sum, r.min, r.max, r.last, r.growth
                from metric_rollups r
                where r.organization_id = s.organization_id and r.series_id = s.id and r.tier = g.tier
                  and r.bucket >= g.from_at and r.bucket < g.to_at
                offset 0) r
              where not g.totals and g.tier > 0
              union all
              select s.organization_id, s.metric, s.kind, s.aggregation, g.comparison, s.id, s.platform,
                s.entity_type, s.entity_id, x.recorded_at, width_bucket(x.recorded_at, e.edges), 1, x.value, x.value, x.value,
                x.value, x.growth
              from segments g
              join edges e on e.organization_id = g.organization_id and e.comparison = g.comparison
              join series s on s.organization_id = g.organization_id and s.metric = g.metric
              cross join lateral app.sample_growth(s.organization_id, s.id, g.from_at, g.to_at) x
              where g.tier = 0
            ),
            slots as materialized (
              select r.organization_id, r.metric, r.kind, r.aggregation, r.comparison,
                case when :owned then r.entity_id end as owner,
                case when :byPlatform then r.platform end as platform,
                case when :byEntity then r.entity_type end as entity_type,
                case when :byEntity then r.entity_id end as entity_id,
                case when r.aggregation = 'last' then r.series end as series,
                r.slot,
                sum(r.samples)::bigint as samples, sum(r.sum) as sum, min(r.min) as min, max(r.max) as max,
                (array_agg(r.last order by r.bucket desc) filter (where r.aggregation = 'last'))[1] as last,
                sum(r.growth) as growth
              from readings r
              group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
            ),
            -- What each series had before the range: it lasts until the series is read again.
            earlier as (
              select s.organization_id, s.id, s.metric, s.platform, s.entity_type, s.entity_id, s.kind, s.aggregation, e.comparison,
                l.last
              from series s
              join edges e on e.organization_id = s.organization_id
              cross join lateral (
                select x.last
                from (
                  (select x.value as last, 1 as place
                  from app.sample_growth(s.organization_id, s.id, app.quarter_hour(e.edges[1]), e.edges[1]) x
                  where app.quarter_hour(e.edges[1]) < e.edges[1]
                  order by x.recorded_at desc limit 1)
                  union all
                  (select r.last, 2 from metric_rollups r
                  where r.organization_id = s.organization_id and r.series_id = s.id and r.tier = 15
                    and r.bucket < app.quarter_hour(e.edges[1])
                  order by r.bucket desc limit 1)) x
                order by x.place limit 1
                offset 0) l
              where s.aggregation = 'last'
            ),
            -- By how much a series changes what all of them are together, so that sums of these are sums of last values.
            steps as (
              select s.organization_id, s.metric, s.kind, s.aggregation, s.comparison, s.owner, s.platform, s.entity_type,
                s.entity_id, s.slot, s.samples, s.sum, s.min, s.max, s.growth,
                s.last - coalesce(lag(s.last) over known, 0) as last,
                case when lag(s.last) over known is null then 1 else 0 end as series
              from (
                select s.organization_id, s.metric, s.kind, s.aggregation, s.comparison, s.owner, s.platform, s.entity_type,
                  s.entity_id, s.series, s.slot, s.samples, s.sum, s.min, s.max, s.last, s.growth
                from slots s where s.aggregation = 'last'
                union all
                select e.organization_id, e.metric, e.kind, e.aggregation, e.comparison,
                  case when :owned then e.entity_id end, case when :byPlatform then e.platform end,
                  case when :byEntity then e.entity_type end, case when :byEntity then e.entity_id end, e.id,
                  0, 0, null, null, null, e.last, null
                from earlier e) s
              window known as (partition by s.organization_id, s.metric, s.comparison, s.series order by s.slot)
              union all
              select s.organization_id, s.metric, s.kind, s.aggregation, s.comparison, s.owner, s.platform, s.entity_type,
                s.entity_id, s.slot, s.samples, s.sum, s.min, s.max, s.growth, null, 0
              from slots s
              where s.aggregation <> 'last'
            ),
            grouped as materialized (
              select s.organization_id, s.metric, s.kind, s.aggregation, s.comparison, s.owner, s.platform, s.entity_type,
                s.entity_id, s.slot, sum(s.samples)::bigint as samples, sum(s.sum) as sum, min(s.min) as min, max(s.max) as max,
                sum(s.last) as last, sum(s.series)::bigint as series, sum(s.growth) as growth
              from steps s
              group by s.organization_id, s.metric, s.kind, s.aggregation, s.comparison, s.owner, s.platform, s.entity_type,
                s.entity_id, rollup (s.slot)
            ),
            totalled as (
              select g.*,
                coalesce(max(case when g.slot is null and not g.comparison and g.samples > 0 then
                    app.metric_value(g.aggregation, g.kind, g.samples, g.sum, g.min, g.max, g.last, g.series, g.growth) end)
                  over (partition by g.organization_id, g.metric, g.owner, g.platform, g.entity_type, g.entity_id),
                  case when g.aggregation in ('sum', 'count') then 0 end) as total,
                max(g.samples) over (partition by g.organization_id, g.metric, g.owner, g.platform, g.entity_type, g.entity_id)
                  as most
              from grouped g
            ),
            ranked as (
              select t.*,
                dense_rank() over (
                  partition by t.organization_id, t.metric, t.owner
                  order by t.total desc nulls last, t.platform, t.entity_id, t.entity_type)::int as rank
              from totalled t
              where t.most > 0
            ),
            merged as (
              select r.organization_id, r.metric, r.kind, r.aggregation, r.owner, least(r.rank, :groups + 1) as rank,
                r.comparison, r.slot, min(r.platform) as platform, min(r.entity_type) as entity_type,
                min(r.entity_id::text) as entity_id, sum(r.samples)::bigint as samples, sum(r.sum) as sum, min(r.min) as min,
                max(r.max) as max, sum(r.last) as last, sum(r.series)::bigint as series, sum(r.growth) as growth
              from ranked r
              group by 1, 2, 3, 4, 5, 6, 7, 8
            ),
            summed as (
              select m.organization_id, m.metric, m.kind, m.aggregation, m.owner, m.rank, m.comparison, m.slot, m.platform,
                m.entity_type, m.entity_id, m.samples, m.sum, m.min, m.max, m.growth,
                case when m.slot is null then m.last else sum(m.last) over so_far end as last,
                case when m.slot is null then m.series else sum(m.series) over so_far end::bigint as series
              from merged m
              window so_far as (
                partition by m.organization_id, m.metric, m.owner, m.rank, m.comparison order by m.slot nulls last)
            )
            select m.organization_id, m.metric, m.owner, m.rank, m.comparison, m.slot,
              case when m.rank <= :groups then m.platform end as platform,
              case when m.rank <= :groups then m.entity_type end as entity_type,
              case when m.rank <= :groups then cast(m.entity_id as uuid) end as entity_id,
              cast(app.metric_value(m.aggregation, m.kind, m.samples, m.sum, m.min, m.max, m.last, m.series, m.growth)
                as double precision) as value,
              least(m.samples, 2147483647)::int as samples
            from summed m
            where m.samples > 0
            order by m.organization_id, m.owner, m.metric, m.rank, m.comparison, m.slot
            """)
    List<Row> listPoints(
            String segments,
            String edges,
            @Nullable String aggregation,
            @Nullable String entityType,
            @SqlArray @Nullable Collection<UUID> entities,
            @SqlArray @Nullable Collection<String> platforms,
            boolean owned,
            boolean byPlatform,
            boolean byEntity,
            int groups);

    /**
     * What one group has in one bucket.
     *
     * @param owner the entity, where each is answered apart
     * @param rank of the group, 1 for the first; one more than there may be groups for all others together
     * @param slot which bucket, 1 for the first; null for the whole range
     */
    @MappedEntity
    record Row(
            @Id UUID organizationId,
            String metric,
            @Nullable UUID owner,
            int rank,
            boolean comparison,
            @Nullable Integer slot,
            @Nullable String platform,
            @Nullable EntityType entityType,
            @Nullable UUID entityId,
            @Nullable Double value,
            int samples) {

        SeriesRow series() {
            return new SeriesRow(metric, rank, comparison, slot, platform, entityType, entityId, value, samples);
        }
    }
}
