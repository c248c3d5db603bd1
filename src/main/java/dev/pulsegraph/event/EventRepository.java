package dev.pulsegraph.event;

import dev.pulsegraph.database.SqlArray;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface EventRepository extends GenericRepository<EventRepository.Outcome, Integer> {

    /** Whether the caller may send events of an organization, be it one that they may not read. */
    @Query("select :organization = any (app.ingestible_organizations())")
    boolean mayIngest(UUID organization);

    /** Has all other writers of these organizations wait, but for those it answers, which are written for long. */
    @Query("select organization from app.lock_traffic_soon(cast(:organizations as uuid[])) organization")
    List<UUID> lock(@SqlArray List<String> organizations);

    /** Makes the temporary table that events are copied into, empty and until the end of the transaction. */
    @Query("select 1 from app.create_event_staging()")
    int createStaging();

    /** Takes the events of these organizations out of the temporary table. */
    @Query("delete from pg_temp.event_batch where organization_id = any (cast(:organizations as uuid[]))")
    long deleteStaged(@SqlArray List<String> organizations);

    /** Writes what is in the temporary table; answers the events that were not written, and those that count as another visitor. */
    @Query("select number as position, code, counted_visitor from app.write_event_batch()")
    List<Outcome> writeStaged();

    /**
     * What became of an event.
     *
     * @param code why it was not written; null when it was
     * @param countedVisitor whom it counts as
     */
    @MappedEntity
    record Outcome(
            @Id int position,
            @Nullable String code,
            @Nullable String countedVisitor) {}
}
