package dev.pulsegraph.traffic;

import dev.pulsegraph.database.SqlArray;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface EventRepository extends GenericRepository<EventRepository.Refusal, Integer> {

    /** Whether the caller may send events of an organization, be it one that they may not read. */
    @Query("select :organization = any (app.organizations_to_track())")
    boolean mayTrack(UUID organization);

    /** Has all other writers of these organizations wait, but for those it answers, which are written for long. */
    @Query("select organization from app.lock_traffic_soon(cast(:organizations as uuid[])) organization")
    List<UUID> lockSoon(@SqlArray List<String> organizations);

    /** Makes the temporary table that events are copied into, empty and until the end of the transaction. */
    @Query("select 1 from app.begin_event_batch()")
    int beginBatch();

    /** Takes the events of these organizations out of the batch. */
    @Query("delete from pg_temp.event_batch where organization_id = any (cast(:organizations as uuid[]))")
    long leaveOut(@SqlArray List<String> organizations);

    /** Writes the batch, all but the sketches of visitors; answers the events that were not written. */
    @Query("select number, code from app.take_event_batch()")
    List<Refusal> take();

    /** The sketches of all that the batch changed, as they are. */
    @Query("""
            select level, organization_id, bucket, date, user_code, share_code, contact_id, coalesce(visitors, '') as visitors
            from pg_temp.visitor_sketches""")
    List<VisitorSketch> listSketches();

    @Query("delete from pg_temp.visitor_sketches")
    long forgetSketches();

    @Query("select 1 from app.store_visitor_sketches()")
    int storeSketches();

    /** Why an event was not written. */
    @MappedEntity
    record Refusal(@Id int number, String code) {}
}
