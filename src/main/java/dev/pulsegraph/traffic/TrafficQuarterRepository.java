package dev.pulsegraph.traffic;

import dev.pulsegraph.database.SqlArray;
import dev.pulsegraph.traffic.TrafficDayRepository.Answer;
import dev.pulsegraph.traffic.TrafficDayRepository.ClickTarget;
import dev.pulsegraph.traffic.TrafficDayRepository.Day;
import dev.pulsegraph.traffic.TrafficDayRepository.Page;
import dev.pulsegraph.traffic.TrafficDayRepository.ShareCode;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * Reads what is not kept by days, from quarters of an hour: hours, and days of a zone that is not the organization's. The
 * arrays are periods, as those of {@link TrafficDayRepository}. All of a period are one range of the primary key, whatever
 * codes are asked for.
 */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface TrafficQuarterRepository extends GenericRepository<TrafficZone, UUID> {

    String ASKED = """
            with asked as materialized (
              select cast(a.asked as int) as asked, a.organization_id, a.since, a.until,
                case when a.user_code <> '' then substr(a.user_code, 2) end as user_code,
                case when a.share_code <> '' then substr(a.share_code, 2) end as share_code,
                case when a.contact_id <> '' then substr(a.contact_id, 2) end as contact_id,
                a.extra
              from unnest(cast(:organizations as uuid[]), cast(:sinces as timestamptz[]), cast(:untils as timestamptz[]),
                cast(:userCodes as text[]), cast(:shareCodes as text[]), cast(:contactIds as text[]), cast(:extras as text[]))
                with ordinality a(organization_id, since, until, user_code, share_code, contact_id, extra, asked)
            )
            """;

    /**
     * The quarters with any traffic; one has several rows where several codes meet and visitors are wanted, since only
     * sketches of single codes are kept.
     *
     * @param extras whether visitors are wanted
     */
    @Query(ASKED + """
            select a.asked, q.bucket, q.sessions, q.page_views, q.clicks, q.bounces, q.seconds, q.visitors
            from asked a cross join lateral (
              select t.bucket, cast(least(sum(t.sessions), 2147483647) as int) as sessions,
                cast(least(sum(t.page_views), 2147483647) as int) as page_views,
                cast(least(sum(t.clicks), 2147483647) as int) as clicks,
                cast(least(sum(t.bounces), 2147483647) as int) as bounces,
                cast(sum(t.seconds) as bigint) as seconds, cast('' as bytea) as visitors
              from traffic_quarter_hours t
              where a.extra = 'false' and t.organization_id = a.organization_id and t.bucket >= a.since and t.bucket < a.until
                and (a.user_code is null or t.user_code = a.user_code)
                and (a.share_code is null or t.share_code = a.share_code)
                and (a.contact_id is null or t.contact_id = a.contact_id)
              group by t.bucket
              union all
              select t.bucket, t.sessions, t.page_views, t.clicks, t.bounces, t.seconds, coalesce(t.visitors, '')
              from traffic_quarter_hours t
              where a.extra = 'true' and t.organization_id = a.organization_id and t.bucket >= a.since and t.bucket < a.until
                and (a.user_code is null or t.user_code = a.user_code)
                and (a.share_code is null or t.share_code = a.share_code)
                and (a.contact_id is null or t.contact_id = a.contact_id)
              offset 0) q
            limit :most
            """)
    List<Quarter> listQuarters(
            @SqlArray Collection<UUID> organizations,
            @SqlArray Collection<String> sinces,
            @SqlArray Collection<String> untils,
            @SqlArray Collection<String> userCodes,
            @SqlArray Collection<String> shareCodes,
            @SqlArray Collection<String> contactIds,
            @SqlArray Collection<String> extras,
            int most);

    /**
     * The share codes with most sessions.
     *
     * @param extras how many
     */
    @Query(ASKED + """
            select a.asked, s.*
            from asked a cross join lateral (
              select t.user_code, t.share_code,
                cast(least(sum(t.sessions), 2147483647) as int) as sessions,
                cast(least(sum(t.page_views), 2147483647) as int) as page_views,
                cast(least(sum(t.clicks), 2147483647) as int) as clicks
              from traffic_quarter_hours t
              where t.share_code <> '' and t.organization_id = a.organization_id and t.bucket >= a.since and t.bucket < a.until
                and (a.user_code is null or t.user_code = a.user_code)
                and (a.share_code is null or t.share_code = a.share_code)
                and (a.contact_id is null or t.contact_id = a.contact_id)
              group by t.user_code, t.share_code
              order by sessions desc, page_views desc, clicks desc, t.share_code, t.user_code
              limit cast(a.extra as int)) s
            order by a.asked, s.sessions desc, s.page_views desc, s.clicks desc, s.share_code, s.user_code
            """)
    List<ShareCode> listShareCodes(
            @SqlArray Collection<UUID> organizations,
            @SqlArray Collection<String> sinces,
            @SqlArray Collection<String> untils,
            @SqlArray Collection<String> userCodes,
            @SqlArray Collection<String> shareCodes,
            @SqlArray Collection<String> contactIds,
            @SqlArray Collection<String> extras);

    /**
     * The targets with most clicks.
     *
     * @param extras how many
     * @param categories empty for any
     */
    @Query(ASKED + """
            select a.asked, s.*
            from asked a
            join unnest(cast(:categories as text[])) with ordinality c(category, asked) on c.asked = a.asked
            cross join lateral (
              select t.click_target as target, t.click_category as category,
                cast(least(sum(t.clicks), 2147483647) as int) as clicks
              from traffic_quarter_hour_clicks t
              where (c.category = '' or t.click_category = c.category) and t.organization_id = a.organization_id and t.bucket >= a.since and t.bucket < a.until
                and (a.user_code is null or t.user_code = a.user_code)
                and (a.share_code is null or t.share_code = a.share_code)
                and (a.contact_id is null or t.contact_id = a.contact_id)
              group by t.click_target, t.click_category
              order by clicks desc, t.click_target, t.click_category
              limit cast(a.extra as int)) s
            order by a.asked, s.clicks desc, s.target, s.category
            """)
    List<ClickTarget> listClickTargets(
            @SqlArray Collection<UUID> organizations,
            @SqlArray Collection<String> sinces,
            @SqlArray Collection<String> untils,
            @SqlArray Collection<String> userCodes,
            @SqlArray Collection<String> shareCodes,
            @SqlArray Collection<String> contactIds,
            @SqlArray Collection<String> extras,
            @SqlArray Collection<String> categories);

    /**
     * The types of pages with most views.
     *
     * @param extras how many
     */
    @Query(ASKED + """
            select a.asked, s.*
            from asked a cross join lateral (
              select t.page_type, cast(least(sum(t.page_views), 2147483647) as int) as views
              from traffic_quarter_hour_pages t
              where t.organization_id = a.organization_id and t.bucket >= a.since and t.bucket < a.until
                and (a.user_code is null or t.user_code = a.user_code)
                and (a.share_code is null or t.share_code = a.share_code)
                and (a.contact_id is null or t.contact_id = a.contact_id)
              group by t.page_type
              order by views desc, t.page_type
              limit cast(a.extra as int)) s
            order by a.asked, s.views desc, s.page_type
            """)
    List<Page> listPages(
            @SqlArray Collection<UUID> organizations,
            @SqlArray Collection<String> sinces,
            @SqlArray Collection<String> untils,
            @SqlArray Collection<String> userCodes,
            @SqlArray Collection<String> shareCodes,
            @SqlArray Collection<String> contactIds,
            @SqlArray Collection<String> extras);

    /**
     * A quarter of an hour of one or several codes.
     *
     * @param visitors their sketch; empty when it is not wanted, or not there
     */
    @MappedEntity
    @SuppressWarnings("ArrayRecordComponent")
    record Quarter(
            @Id int asked,
            Instant bucket,
            int sessions,
            int pageViews,
            int clicks,
            int bounces,
            long seconds,
            byte[] visitors)
            implements Answer {

        /** As a part of the day that it is in. */
        Day day(ZoneId zone) {
            return new Day(
                    asked, LocalDate.ofInstant(bucket, zone), sessions, pageViews, clicks, bounces, seconds, visitors);
        }
    }
}
