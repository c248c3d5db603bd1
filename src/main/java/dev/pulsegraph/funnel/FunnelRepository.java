package dev.pulsegraph.funnel;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.database.Row;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Saved funnels, each with its newest version, and the others. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface FunnelRepository extends GenericRepository<FunnelRepository.Key, UUID> {
    String VERSION = "v.version, v.steps, v.exclude, v.window_seconds, v.ordering, v.created_at";
    String FUNNELS = "select f.id, f.organization_id, f.name, f.description, f.active, f.created_at, f.updated_at, "
            + VERSION + """
             from funnels f cross join lateral (
              select
            """ + VERSION + """
               from funnel_versions v
              where v.organization_id = f.organization_id and v.funnel_id = f.id order by v.version desc limit 1) v
            """;

    static Read<List<Funnel>> byIds(Collection<UUID> ids) {
        return Read.list(
                FUNNELS + " where f.id = any (cast(:ids as uuid[]))", FunnelRepository::funnel, Map.of("ids", ids));
    }

    static Read<List<Funnel>> byOrganizations(Collection<UUID> organizations) {
        return Read.list(
                FUNNELS + " where f.organization_id = any (cast(:organizations as uuid[])) order by f.name, f.id",
                FunnelRepository::funnel,
                Map.of("organizations", organizations));
    }

    /** At most {@code limit} versions of each funnel, newest first. */
    static Read<Map<UUID, List<FunnelVersion>>> versions(Collection<Funnel> funnels, int limit) {
        return new Read<>(
                "select k.funnel_id, " + VERSION + """
                 from unnest(cast(:organizations as uuid[]), cast(:funnels as uuid[])) k(organization_id, funnel_id)
                cross join lateral (
                  select
                """ + VERSION + """
                   from funnel_versions v where v.organization_id = k.organization_id and v.funnel_id = k.funnel_id
                  order by v.version desc limit :limit) v
                order by k.funnel_id, v.version desc
                """,
                Map.of(
                        "organizations",
                                funnels.stream().map(Funnel::organizationId).toList(),
                        "funnels", funnels.stream().map(Funnel::id).toList(),
                        "limit", limit),
                rows -> {
                    Map<UUID, List<FunnelVersion>> versions = new HashMap<>();
                    while (rows.next()) {
                        versions.computeIfAbsent(rows.row().uuid(1), any -> new ArrayList<>())
                                .add(version(rows.row(), 2));
                    }
                    return versions;
                });
    }

    /** Versions that are named, or the newest of a funnel. */
    static Read<Map<FunnelLoader.VersionKey, FunnelVersion>> versions(List<FunnelLoader.VersionKey> keys) {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put(
                "organizations",
                keys.stream().map(FunnelLoader.VersionKey::organization).toList());
        values.put("funnels", keys.stream().map(FunnelLoader.VersionKey::funnel).toList());
        values.put(
                "versions",
                keys.stream()
                        .map(key -> key.version() == null ? "" : key.version().toString())
                        .toList());
        return new Read<>("select k.position, " + VERSION + """
                 from unnest(cast(:organizations as uuid[]), cast(:funnels as uuid[]), cast(:versions as text[]))
                  with ordinality k(organization_id, funnel_id, version, position)
                cross join lateral (
                  select
                """ + VERSION + """
                   from funnel_versions v
                  where v.organization_id = k.organization_id and v.funnel_id = k.funnel_id
                    and (k.version = '' or v.version = cast(nullif(k.version, '') as int))
                  order by v.version desc limit 1) v
                """, values, rows -> {
            Map<FunnelLoader.VersionKey, FunnelVersion> versions = new HashMap<>();
            while (rows.next()) {
                versions.put(keys.get((int) rows.row().count(1) - 1), version(rows.row(), 2));
            }
            return versions;
        });
    }

    @Query("""
            insert into funnels (organization_id, id, name, description, active)
            values (:organization, :id, :name, cast(:description as text), :active)
            """)
    void create(UUID organization, UUID id, String name, @Nullable String description, boolean active);

    @Query("""
            update funnels set
              name = coalesce(cast(:name as text), name),
              description = case when :setDescription then cast(:description as text) else description end,
              active = coalesce(cast(:active as boolean), active)
            where organization_id = :organization and id = :id
            """)
    long update(
            UUID organization,
            UUID id,
            @Nullable String name,
            boolean setDescription,
            @Nullable String description,
            @Nullable Boolean active);

    @Query("""
            insert into funnel_versions (organization_id, funnel_id, version, steps, exclude, window_seconds, ordering)
            values (:organization, :funnel, :version, cast(:steps as jsonb), cast(:exclude as jsonb), :seconds, :ordering)
            """)
    void addVersion(
            UUID organization, UUID funnel, int version, String steps, String exclude, long seconds, String ordering);

    @Query("delete from funnels where id = :id")
    long delete(UUID id);

    private static Funnel funnel(Row row) {
        return new Funnel(
                row.uuid(1),
                row.uuid(2),
                row.text(3),
                row.findText(4),
                row.flag(5),
                version(row, 8),
                row.instant(6),
                row.instant(7));
    }

    /** A version in {@link #VERSION}, the first column of which is at a position. */
    static FunnelVersion version(Row row, int column) {
        return new FunnelVersion(
                Objects.requireNonNull(row.findInteger(column)),
                new FunnelDefinition(
                        FunnelStep.ofStored(row.findJson(column + 1)),
                        FunnelStep.ofStored(row.findJson(column + 2)),
                        Duration.ofSeconds(row.count(column + 3)),
                        row.constant(column + 4, FunnelOrdering.class)),
                row.instant(column + 5));
    }

    @MappedEntity("funnels")
    record Key(@Id UUID id) {}
}
