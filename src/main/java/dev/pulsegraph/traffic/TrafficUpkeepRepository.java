package dev.pulsegraph.traffic;

import dev.pulsegraph.database.SqlArray;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What keeps traffic in order; as the worker, or of an organization that the caller may write. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface TrafficUpkeepRepository extends GenericRepository<TrafficUpkeepRepository.Day, LocalDate> {

    /** Answers in JSON what went. */
    @Query("select cast(cleanup_old_raw_events(:days) as text)")
    String cleanUp(int days);

    /** Leaves the new days without sketches. */
    @Query("select app.rebuild_traffic_zone(:organization)")
    boolean rebuildZone(UUID organization);

    @Query("select date, since, until from app.list_traffic_days(:organization)")
    List<Day> listDays(UUID organization);

    @Query("""
            select 'quarter_hour' as level, organization_id, bucket, cast(:date as date) as date, user_code, share_code, contact_id,
              coalesce(visitors, '') as visitors
            from traffic_quarter_hours
            where organization_id = :organization and bucket >= :since and bucket < :until""")
    List<VisitorSketch> listQuarters(UUID organization, LocalDate date, Instant since, Instant until);

    /** Draws days to recount. */
    @Query("select organization, date from app.sample_traffic_days(:sample)")
    List<Sample> sampleDays(int sample);

    /** Counts a day again, all but visitors, and sets what differs. */
    @Query("""
            select r.changed is null as gone,
              coalesce((select sum(cast(c.value as int)) from jsonb_each_text(r.changed) c), 0) as changed,
              coalesce((select string_agg(c.key || ': ' || c.value, ', ' order by c.key)
                from jsonb_each_text(r.changed) c where c.value <> '0'), '') as tables
            from app.recount_traffic_day(:organization, cast(:date as date)) r""")
    Recount recount(UUID organization, LocalDate date);

    /** No day when the zone left it out. */
    @Query("""
            select cast(:date as date) as date, s.since, s.until
            from rollup_zones z cross join lateral app.local_day_span(cast(:date as date), z.time_zone) s
            where z.organization_id = :organization and z.rollup = 'traffic' and s.since is not null""")
    Optional<Day> findDay(UUID organization, LocalDate date);

    /** The local days of quarters of an hour, as far as raw events of all of the day are there. */
    @Query("""
            select date, since, until
            from app.recountable_traffic_days(:organization, cast(:quarters as timestamptz[]))""")
    List<Day> listDays(UUID organization, @SqlArray Collection<String> quarters);

    /** Who was there in spans of time, which begin and end with quarters of an hour. */
    @Query("""
            select app.quarter_hour(e.at) as bucket, e.user_code, e.share_code, e.contact_id, e.visitor
            from unnest(cast(:begins as timestamptz[]), cast(:ends as timestamptz[])) s(since, until)
            cross join lateral (
              select v.viewed_at as at, v.user_code, v.share_code, v.contact_id, coalesce(v.counted_visitor, v.visitor) as visitor
              from analytics_page_views v
              where v.organization_id = :organization and v.viewed_at >= s.since and v.viewed_at < s.until
              union all
              select c.clicked_at, c.user_code, c.share_code, c.contact_id, coalesce(c.counted_visitor, c.visitor)
              from analytics_clicks c
              where c.organization_id = :organization and c.clicked_at >= s.since and c.clicked_at < s.until
              offset 0) e
            group by 1, e.user_code, e.share_code, e.contact_id, e.visitor""")
    List<Presence> listPresences(
            UUID organization, @SqlArray Collection<String> begins, @SqlArray Collection<String> ends);

    /** The sketches of a day and its quarters of an hour. */
    @Query("""
            select s.level, s.organization_id, s.bucket, cast(:date as date) as date, s.user_code, s.share_code, s.contact_id,
              coalesce(s.visitors, '') as visitors
            from (
              select 'quarter_hour' as level, q.organization_id, q.bucket, q.user_code, q.share_code, q.contact_id, q.visitors
              from traffic_quarter_hours q
              where q.organization_id = :organization and q.bucket >= :since and q.bucket < :until
              union all
              select d.level, d.organization_id, null, d.user_code, d.share_code, d.contact_id, d.visitors
              from traffic_days d where d.organization_id = :organization and d.date = cast(:date as date)) s""")
    List<VisitorSketch> listSketches(UUID organization, LocalDate date, Instant since, Instant until);

    /** A local day, and the instants that are in it. */
    @MappedEntity
    record Day(@Id LocalDate date, Instant since, Instant until) {}

    @MappedEntity
    record Sample(@Id UUID organization, LocalDate date) {}

    /**
     * What a recount found.
     *
     * @param gone whether raw events were dropped, so that nothing was counted
     * @param changed how many rows were not as counted
     * @param tables how many of which table
     */
    @MappedEntity
    record Recount(@Id boolean gone, int changed, String tables) {}

    /** A visitor who was there in a quarter of an hour. */
    @MappedEntity
    record Presence(@Id Instant bucket, String userCode, String shareCode, String contactId, String visitor) {}
}
