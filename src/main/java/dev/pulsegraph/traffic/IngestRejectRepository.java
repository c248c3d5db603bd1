package dev.pulsegraph.traffic;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface IngestRejectRepository extends GenericRepository<IngestRejectRepository.IngestRejectRow, UUID> {

    /** As the worker; answers how many. Those of an organization that is gone are left out. */
    @Query("select app.keep_ingest_rejects(cast(:rows as jsonb))")
    int insert(String rows);

    /** As the worker; answers how many. */
    @Query("select prune_ingest_rejects()")
    long prune();

    @MappedEntity("ingest_rejects")
    record IngestRejectRow(@Id UUID id) {}
}
