package dev.pulsegraph.metric;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.database.SqlArray;
import dev.pulsegraph.series.Aggregation;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface MetricRepository extends GenericRepository<MetricRepository.ContextRow, UUID> {
    /** Definitions of organizations, by their names. */
    static Read<Map<UUID, Map<String, MetricDefinition>>> definitions(Collection<UUID> organizations) {
        return Read.list("""
                        select d.organization_id, d.name, d.unit, d.kind, d.default_aggregation, d.description, d.built_in
                        from unnest(cast(:organizations as uuid[])) o(id)
                        cross join lateral (
                          select d.organization_id, d.name, d.unit, d.kind, d.default_aggregation, d.description, d.built_in
                          from metric_definitions d where d.organization_id = o.id order by d.name offset 0) d
                        """, MetricDefinition.class, Map.of("organizations", organizations))
                .map(found -> {
                    Map<UUID, Map<String, MetricDefinition>> definitions = new HashMap<>();
                    organizations.forEach(id -> definitions.put(id, new LinkedHashMap<>()));
                    found.forEach(definition -> Objects.requireNonNull(definitions.get(definition.organizationId()))
                            .put(definition.name(), definition));
                    return definitions;
                });
    }

    /** What planning needs to know of organizations: their zones, and those of the named metrics that are defined. */
    @Query("""
            select o.id as organization_id, o.time_zone, o.time_zone = z.time_zone as has_days, now() as as_of,
              d.name, d.unit, d.kind, d.default_aggregation
            from organizations o
            join rollup_zones z on z.organization_id = o.id and z.rollup = 'metrics'
            left join metric_definitions d on d.organization_id = o.id and d.name = any (cast(:metrics as text[]))
            where o.id = any (cast(:organizations as uuid[]))
            """)
    List<ContextRow> listContexts(@SqlArray Collection<UUID> organizations, @SqlArray Collection<String> metrics);

    /**
     * How many local days begin for PostgreSQL at another instant.
     *
     * @param midnights of the days from {@code first} on, one a day
     */
    @Query("""
            select count(*) from unnest(cast(:midnights as timestamptz[])) with ordinality m(at, day)
            where m.at <> app.start_of_day(cast(:first as date) + (m.day - 1)::int, :timeZone)
            """)
    long countOtherMidnights(String first, @SqlArray Collection<String> midnights, String timeZone);

    @Query("""
            insert into metric_definitions (organization_id, name, unit, kind, default_aggregation, description)
            values (:organization, :name, cast(:unit as text), :kind, :aggregation, cast(:description as text))
            on conflict (organization_id, name) do update set
              unit = excluded.unit, kind = excluded.kind, default_aggregation = excluded.default_aggregation,
              description = excluded.description
            """)
    long define(
            UUID organization,
            String name,
            @Nullable String unit,
            String kind,
            String aggregation,
            @Nullable String description);

    /** Makes the temporary table that samples are copied into, empty and until the end of the transaction. */
    @Query("select 1 from app.create_metric_staging()")
    int createStaging();

    @Query("select written, cast(rejected as text) as rejected from app.write_metric_batch(:organization)")
    WriteResult write(UUID organization);

    @Query("""
            select deleted from app.delete_metric_samples(:organization, :entityType, :entity,
              cast(:metrics as text[]), cast(:platforms as text[]), cast(:from as timestamptz), cast(:to as timestamptz))
            """)
    int delete(
            UUID organization,
            String entityType,
            UUID entity,
            @SqlArray @Nullable Collection<String> metrics,
            @SqlArray @Nullable Collection<String> platforms,
            String from,
            String to);

    /** The newest sample on each platform, of one metric of one post an element of the arrays. */
    @Query("""
            select s.organization_id, s.entity_id as post_id, s.metric, s.platform,
              cast(s.last_value as double precision) as value, s.last_at as recorded_at
            from unnest(cast(:organizations as uuid[]), cast(:posts as uuid[]), cast(:metrics as text[])) m(organization_id, post_id, metric)
            cross join lateral (
              select s.organization_id, s.entity_id, s.metric, s.platform, s.last_value, s.last_at
              from metric_series s
              where s.organization_id = m.organization_id and s.entity_type = 'post' and s.entity_id = m.post_id
                and s.metric = m.metric and s.last_at is not null
              offset 0) s
            order by s.entity_id, s.metric, s.platform
            """)
    List<PlatformValue> listNewestByPlatform(
            @SqlArray Collection<UUID> organizations,
            @SqlArray Collection<UUID> posts,
            @SqlArray Collection<String> metrics);

    /** One metric of an organization, or the organization alone where none of the metrics is defined. */
    @MappedEntity
    record ContextRow(
            @Id UUID organizationId,
            String timeZone,
            boolean hasDays,
            Instant asOf,
            @Nullable String name,
            @Nullable String unit,
            @Nullable MetricKind kind,
            @Nullable Aggregation defaultAggregation) {}

    @MappedEntity
    record WriteResult(@Id int written, String rejected) {}
}
