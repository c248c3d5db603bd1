package dev.pulsegraph.traffic;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.DataType;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Row security shows rejected events to administrators alone. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface IngestRejectPageRepository extends GenericRepository<IngestReject, UUID> {
    String COLUMNS = "r.id, r.organization_id, r.received_at, r.message_id, r.code, r.reason, r.body";

    /** A page of each organization's, newest first, before the place given. */
    @Query("select " + COLUMNS + """
             from unnest(cast(:organizations as uuid[])) o(id) cross join lateral (
              select
            """ + COLUMNS + """
               from ingest_rejects r
              where r.organization_id = o.id
                and (r.received_at, r.id) < (cast(:beforeAt as timestamptz), cast(:beforeId as uuid))
              order by r.received_at desc, r.id desc limit :limit) r
            """)
    List<IngestReject> listPages(
            @TypeDef(type = DataType.STRING_ARRAY) Collection<UUID> organizations,
            String beforeAt,
            UUID beforeId,
            int limit);
}
