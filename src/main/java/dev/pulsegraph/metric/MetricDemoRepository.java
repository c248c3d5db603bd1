package dev.pulsegraph.metric;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.UUID;

/** Samples of the demo; {@code counters} and {@code followers} are JSON arrays. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface MetricDemoRepository extends GenericRepository<MetricDemoRepository.Row, UUID> {

    /** Makes the partitions of the months that {@link #createSamples} writes to. */
    @Query("""
            select app.make_metric_partitions(array(
              select distinct date_trunc('month', day at time zone 'UTC')::date
              from (
                select generate_series(r.published_at, least(r.published_at + interval '31 days', r.today), interval '10 days')
                from jsonb_to_recordset(cast(:counters as jsonb)) r(published_at timestamptz, today timestamptz)
                union
                select r.today from jsonb_to_recordset(cast(:counters as jsonb)) r(today timestamptz)
                union
                select r.recorded_at from jsonb_to_recordset(cast(:followers as jsonb)) r(recorded_at timestamptz)
              ) days(day)))
            """)
    int createMonths(String counters, String followers);

    /**
     * Samples of each counter of a post on its way to what it is now, for at most 30 days: half of it comes within three
     * days, as 1 - exp(-t / 4 days) grows. The insights of posts follow them.
     */
    @Query("""
            with readings as materialized (
              select r.organization_id, 'post' as entity_type, r.post_id as entity_id, r.platform, m.metric,
                r.published_at + reading.age as recorded_at,
                case m.metric when 'engagement_rate' then m.value else floor(m.value * grown.part) end as value
              from jsonb_to_recordset(cast(:counters as jsonb)) r(organization_id uuid, post_id uuid, platform text,
                impressions numeric, reach numeric, likes numeric, comments numeric, shares numeric, engagement_rate numeric,
                published_at timestamptz, today timestamptz)
              cross join lateral (values ('impressions', r.impressions), ('reach', r.reach), ('likes', r.likes),
                ('comments', r.comments), ('shares', r.shares), ('engagement_rate', r.engagement_rate)) m(metric, value)
              cross join lateral (select least(r.today - r.published_at, interval '30 days') as age) last
              cross join lateral (
                select a.age from unnest(cast('{6 hours,1 day,2 days,4 days,7 days,14 days}' as interval[])) a(age)
                where a.age < last.age
                union all
                select last.age) reading
              cross join lateral (
                select coalesce(
                  (1 - exp(- extract(epoch from reading.age)::float8 / 345600))
                    / nullif(1 - exp(- extract(epoch from last.age)::float8 / 345600), 0), 1)::numeric as part) grown
              union all
              select r.organization_id, 'account', r.account_id, r.platform, 'followers', r.recorded_at, r.followers
              from jsonb_to_recordset(cast(:followers as jsonb)) r(organization_id uuid, account_id uuid, platform text,
                followers numeric, recorded_at timestamptz)
            ),
            series as (
              insert into metric_series (organization_id, entity_type, entity_id, metric, platform)
              select distinct organization_id, entity_type, entity_id, metric, platform from readings
              returning organization_id, id, entity_type, entity_id, metric, platform
            ),
            written as (
              insert into metric_readings (organization_id, series_id, recorded_at, metric_value)
              select s.organization_id, s.id, r.recorded_at, r.value
              from series s join readings r on r.organization_id = s.organization_id and r.entity_type = s.entity_type
                and r.entity_id = s.entity_id and r.metric = s.metric and r.platform = s.platform
              returning 1
            )
            select count(*) from written
            """)
    long createSamples(String counters, String followers);

    @MappedEntity("metric_series")
    record Row(@Id UUID id) {}
}
