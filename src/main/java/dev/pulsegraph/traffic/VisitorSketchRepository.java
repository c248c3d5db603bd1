package dev.pulsegraph.traffic;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;

/** The sketches in the temporary table of a batch. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface VisitorSketchRepository extends GenericRepository<VisitorSketch, String> {

    /** Makes the temporary table, empty and until the end of the transaction. */
    @Query("select 1 from app.create_traffic_staging()")
    int createStaging();

    /** The sketches of all that a batch of events changed, as they are; none is left in the temporary table. */
    @Query("""
            with taken as (
              delete from pg_temp.visitor_sketches
              returning level, organization_id, bucket, date, user_code, share_code, contact_id, coalesce(visitors, '') as visitors)
            select level, organization_id, bucket, date, user_code, share_code, contact_id, visitors from taken""")
    List<VisitorSketch> takeStaged();

    @Query("select 1 from app.store_visitor_sketches()")
    int storeStaged();
}
