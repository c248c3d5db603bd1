package dev.pulsegraph.ingest;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.DataType;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface IngestKeyRepository extends GenericRepository<IngestKeyRepository.IngestKey, String> {

    /** Those keys that are valid now, by the SHA-256 of their secrets. As the worker. */
    @Query("select sha256, id, organization_id, may_ingest from app.ingest_keys(cast(:hashes as text[]))")
    List<IngestKey> list(@TypeDef(type = DataType.STRING_ARRAY) List<String> hashes);

    @MappedEntity
    record IngestKey(@Id String sha256, UUID id, UUID organizationId, boolean mayIngest) {}
}
