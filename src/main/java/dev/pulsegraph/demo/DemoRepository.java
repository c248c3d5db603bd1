package dev.pulsegraph.demo;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.UUID;

/** The organizations of the demo. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface DemoRepository extends GenericRepository<DemoRepository.Row, UUID> {

    @Query("select exists (select from organizations where slug in ('acme', 'globex'))")
    boolean isLoaded();

    @Query("select exists (select from organizations)")
    boolean hasOrganizations();

    @Query("delete from organizations where slug in ('acme', 'globex')")
    void deleteOrganizations();

    @MappedEntity("organizations")
    record Row(@Id UUID id) {}
}
