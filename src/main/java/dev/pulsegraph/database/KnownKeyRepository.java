package dev.pulsegraph.database;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;

/** API keys by the SHA-256 of their secrets. As the worker. */
@JdbcRepository(dialect = Dialect.POSTGRES)
public interface KnownKeyRepository extends GenericRepository<KnownKey, String> {

    /** Those that are valid now. */
    @Query("select sha256, id, organization_id, may_ingest from app.ingest_keys(cast(:hashes as text[]))")
    List<KnownKey> list(@SqlArray List<String> hashes);
}
