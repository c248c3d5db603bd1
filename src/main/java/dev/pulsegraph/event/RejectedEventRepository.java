package dev.pulsegraph.event;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface RejectedEventRepository extends GenericRepository<RejectedEventRepository.Row, UUID> {

    /** As the worker; answers how many. Those of an organization that is gone are left out. */
    @Query("select app.insert_rejected_events(cast(:rows as jsonb))")
    int insert(String rows);

    /** As the worker; answers how many. */
    @Query("select prune_rejected_events()")
    long prune();

    @MappedEntity("rejected_events")
    record Row(@Id UUID id) {}
}
