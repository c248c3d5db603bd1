package dev.pulsegraph.event;

import dev.pulsegraph.database.SqlArray;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Events that were told by SQL and wait; all as the worker. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface EventInboxRepository extends GenericRepository<EventInboxRepository.Waiting, Long> {

    /** Those that wait longest, of those after a position. */
    @Query("""
            select i.position, i.organization_id, i.told_at, cast(i.event as text) as event from event_inbox i
            where i.position > :after
            order by i.position limit :limit""")
    List<Waiting> list(long after, int limit);

    /** Takes events out; answers those that nobody else took. */
    @Query("delete from event_inbox where position = any (cast(:positions as bigint[])) returning position")
    List<Long> take(@SqlArray List<String> positions);

    /**
     * An event that waits.
     *
     * @param event as a client of Segment would send it, in JSON
     */
    @MappedEntity
    record Waiting(@Id long position, UUID organizationId, Instant toldAt, String event) {}
}
