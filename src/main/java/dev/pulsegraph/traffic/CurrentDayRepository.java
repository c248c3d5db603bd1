package dev.pulsegraph.traffic;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface CurrentDayRepository extends GenericRepository<CurrentDay, UUID> {

    /** The day that holds an instant, in the organization's zone, be there traffic or not; empty without the organization. */
    @Query("""
            select z.organization_id, coalesce(d.total_sessions, 0) as total_sessions,
              coalesce(d.total_page_views, 0) as total_page_views, coalesce(d.total_clicks, 0) as total_clicks,
              coalesce(d.bounces, 0) as bounces, coalesce(d.session_seconds, 0) as session_seconds,
              coalesce(d.visitors, '') as visitors
            from rollup_zones z
            left join analytics_daily_stats d on d.organization_id = z.organization_id
              and d.date = app.local_date(cast(:at as timestamptz), z.time_zone)
            where z.organization_id = :organization and z.rollup = 'traffic'""")
    Optional<CurrentDay> find(UUID organization, Instant at);
}
