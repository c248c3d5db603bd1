package dev.pulsegraph.privacy;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.paging.TimePlace;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Requests of visitors, which administrators alone see. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface PrivacyRequestRepository extends GenericRepository<PrivacyRequestRepository.Erased, UUID> {
    String COLUMNS = """
            r.id, r.organization_id, r.request_type, r.status, r.visitor_hash, r.requested_by, r.requested_at,
              r.processed_at, r.data""";
    String PAGES = "select " + COLUMNS + """
             from unnest(cast(:organizations as uuid[])) o(id) cross join lateral (
              select
            """ + COLUMNS + """
               from privacy_requests r
              where r.organization_id = o.id
            """;
    String UP = TimePlace.up("r", "requested_at");
    String DOWN = TimePlace.down("r", "requested_at");

    static Read<List<PrivacyRequest>> byIds(Collection<UUID> ids) {
        return Read.list(
                "select " + COLUMNS + " from privacy_requests r where r.id = any (cast(:ids as uuid[]))",
                PrivacyRequest.class,
                Map.of("ids", ids));
    }

    /** Those of each organization from a place on, oldest or newest first. */
    static Read<List<PrivacyRequest>> page(boolean up, Map<String, ?> place) {
        return Read.list(up ? PAGES + UP : PAGES + DOWN, PrivacyRequest.class, place);
    }

    static Read<Map<UUID, Long>> count(Collection<UUID> organizations) {
        return Read.counts("""
                select o.id, (select count(*) from privacy_requests r where r.organization_id = o.id)
                from unnest(cast(:organizations as uuid[])) o(id)
                """, Map.of("organizations", organizations));
    }

    /** A row for each quarter of an hour with views and clicks, or one without. */
    @Query("""
            select e.request, q.quarter
            from app.erase_visitor(:organization, :visitor) e left join lateral unnest(e.quarters) q(quarter) on true
            """)
    List<Erased> erase(UUID organization, String visitor);

    @Query("""
            insert into privacy_requests (organization_id, id, request_type, visitor_hash)
            values (:organization, :id, 'export', app.visitor_hash(:organization, :visitor))
            """)
    void beginExport(UUID organization, UUID id, String visitor);

    @Query("""
            update privacy_requests set status = :status, processed_at = now(), data = cast(:data as jsonb)
            where organization_id = :organization and id = :id
            """)
    void endExport(UUID organization, UUID id, String status, String data);

    @MappedEntity
    record Erased(@Id UUID request, @Nullable Instant quarter) {}
}
