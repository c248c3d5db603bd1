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
import java.util.UUID;

/**
 * Reads days of traffic for any number of periods at once. The arrays are periods, one an element; a row says by
 * {@code asked} which of them it answers, 1 for the first. A code has {@code =} before it, and is empty when it is not asked
 * for: an array that is made of a list cannot hold null.
 *
 * <p>Each part of a UNION serves one way to ask, and begins with what tells whether that is the case, so that the others
 * are not read. It finds its rows by one index. Where a code comes after the day in that index, days are given one by
 * one, so that only those of the code are looked at; rows of a share code that do not name it first are found by way of
 * analytics_daily_group_stats, which has a row for each day of each code.
 */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface TrafficDayRepository extends GenericRepository<TrafficZone, UUID> {

    String ASKED = """
            with asked as materialized (
              select cast(a.asked as int) as asked, a.organization_id, a.from_date, a.to_date,
                case when a.user_code <> '' then substr(a.user_code, 2) end as user_code,
                case when a.share_code <> '' then substr(a.share_code, 2) end as share_code,
                case when a.contact_id <> '' then substr(a.contact_id, 2) end as contact_id,
                a.extra,
                case when a.user_code <> '' then
                  array(select a.from_date + i from generate_series(0, a.to_date - a.from_date) i) end as days
              from unnest(cast(:organizations as uuid[]), cast(:froms as date[]), cast(:tos as date[]),
                cast(:userCodes as text[]), cast(:shareCodes as text[]), cast(:contactIds as text[]), cast(:extras as text[]))
                with ordinality a(organization_id, from_date, to_date, user_code, share_code, contact_id, extra, asked)
            )
            """;

    @Query("""
            select z.organization_id, z.time_zone, app.local_date(now(), z.time_zone) as today, now() as read_at
            from rollup_zones z
            where z.organization_id = any (cast(:organizations as uuid[])) and z.rollup = 'traffic'
            """)
    List<TrafficZone> listZones(@SqlArray Collection<UUID> organizations);

    /**
     * The days with any traffic, from the coarsest table that knows them; a day has several rows where several codes meet.
     *
     * @param extras whether visitors are wanted
     */
    @Query(ASKED + """
            select a.asked, d.date, d.total_sessions as sessions, d.total_page_views as page_views, d.total_clicks as clicks,
              d.bounces, d.session_seconds as seconds,
              case when a.extra = 'true' and d.visitors is not null then d.visitors else '' end as visitors
            from asked a cross join lateral (
              select t.date, t.total_sessions, t.total_page_views, t.total_clicks, t.bounces, t.session_seconds, t.visitors
              from analytics_daily_stats t
              where a.user_code is null and a.share_code is null and a.contact_id is null
                and t.organization_id = a.organization_id and t.date >= a.from_date and t.date <= a.to_date
              union all
              select t.date, t.total_sessions, t.total_page_views, t.total_clicks, t.bounces, t.session_seconds, t.visitors
              from analytics_daily_user_stats t
              where a.user_code is not null and a.share_code is null and a.contact_id is null
                and t.organization_id = a.organization_id and t.user_code = a.user_code
                and t.date >= a.from_date and t.date <= a.to_date
              union all
              select t.date, t.total_sessions, t.total_page_views, t.total_clicks, t.bounces, t.session_seconds, t.visitors
              from analytics_daily_group_stats t
              where a.user_code is null and a.share_code is not null and a.contact_id is null
                and t.organization_id = a.organization_id and t.share_code = a.share_code
                and t.date >= a.from_date and t.date <= a.to_date
              union all
              select t.date, t.total_sessions, t.total_page_views, t.total_clicks, t.bounces, t.session_seconds, t.visitors
              from analytics_daily_group_stats t
              where a.user_code is not null and a.share_code is not null and a.contact_id is null
                and t.organization_id = a.organization_id and t.share_code = a.share_code and t.user_code = a.user_code
                and t.date >= a.from_date and t.date <= a.to_date
              union all
              select t.date, t.total_sessions, t.total_page_views, t.total_clicks, t.bounces, t.session_seconds, t.visitors
              from analytics_daily_contact_stats t
              where a.contact_id is not null
                and t.organization_id = a.organization_id and t.contact_id = a.contact_id
                and t.date >= a.from_date and t.date <= a.to_date
                and (a.user_code is null or t.user_code = a.user_code)
                and (a.share_code is null or t.share_code = a.share_code)
              offset 0) d
            limit :most
            """)
    List<Day> listDays(
            @SqlArray Collection<UUID> organizations,
            @SqlArray Collection<String> froms,
            @SqlArray Collection<String> tos,
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
              select r.user_code, r.share_code,
                cast(least(sum(r.total_sessions), 2147483647) as int) as sessions,
                cast(least(sum(r.total_page_views), 2147483647) as int) as page_views,
                cast(least(sum(r.total_clicks), 2147483647) as int) as clicks
              from (
                select t.user_code, t.share_code, t.total_sessions, t.total_page_views, t.total_clicks
                from analytics_daily_group_stats t
                where a.user_code is null and a.share_code is null and a.contact_id is null
                  and t.organization_id = a.organization_id and t.date >= a.from_date and t.date <= a.to_date
                union all
                select t.user_code, t.share_code, t.total_sessions, t.total_page_views, t.total_clicks
                from analytics_daily_group_stats t
                where a.user_code is not null and a.share_code is null and a.contact_id is null
                  and t.organization_id = a.organization_id and t.date = any (a.days) and t.user_code = a.user_code
                union all
                select t.user_code, t.share_code, t.total_sessions, t.total_page_views, t.total_clicks
                from analytics_daily_group_stats t
                where a.share_code is not null and a.contact_id is null
                  and t.organization_id = a.organization_id and t.share_code = a.share_code
                  and t.date >= a.from_date and t.date <= a.to_date
                  and (a.user_code is null or t.user_code = a.user_code)
                union all
                select t.user_code, t.share_code, t.total_sessions, t.total_page_views, t.total_clicks
                from analytics_daily_contact_stats t
                where a.contact_id is not null
                  and t.organization_id = a.organization_id and t.contact_id = a.contact_id
                  and t.date >= a.from_date and t.date <= a.to_date
                  and (a.user_code is null or t.user_code = a.user_code)
                  and (a.share_code is null or t.share_code = a.share_code)
                offset 0) r
              where r.share_code <> ''
              group by r.user_code, r.share_code
              order by sessions desc, page_views desc, clicks desc, r.share_code, r.user_code
              limit cast(a.extra as int)) s
            order by a.asked, s.sessions desc, s.page_views desc, s.clicks desc, s.share_code, s.user_code
            """)
    List<ShareCode> listShareCodes(
            @SqlArray Collection<UUID> organizations,
            @SqlArray Collection<String> froms,
            @SqlArray Collection<String> tos,
            @SqlArray Collection<String> userCodes,
            @SqlArray Collection<String> shareCodes,
            @SqlArray Collection<String> contactIds,
            @SqlArray Collection<String> extras);

    /**
     * The targets with most clicks, of periods of no contact.
     *
     * @param extras how many
     * @param categories empty for any
     */
    @Query(ASKED + """
            select a.asked, s.*
            from asked a
            join unnest(cast(:categories as text[])) with ordinality c(category, asked) on c.asked = a.asked
            cross join lateral (
              select r.click_target as target, r.click_category as category,
                cast(least(sum(r.click_count), 2147483647) as int) as clicks
              from (
                select t.click_target, t.click_category, t.click_count
                from analytics_daily_click_targets t
                where a.user_code is null and a.share_code is null
                  and t.organization_id = a.organization_id and t.date >= a.from_date and t.date <= a.to_date
                union all
                select t.click_target, t.click_category, t.click_count
                from analytics_daily_click_targets t
                where a.user_code is not null
                  and t.organization_id = a.organization_id and t.date = any (a.days) and t.user_code = a.user_code
                  and (a.share_code is null or t.share_code = a.share_code)
                union all
                select t.click_target, t.click_category, t.click_count
                from (
                  select g.date, g.user_code from analytics_daily_group_stats g
                  where a.user_code is null and a.share_code is not null
                    and g.organization_id = a.organization_id and g.share_code = a.share_code
                    and g.date >= a.from_date and g.date <= a.to_date
                  offset 0) g
                cross join lateral (
                  select t.click_target, t.click_category, t.click_count
                  from analytics_daily_click_targets t
                  where t.organization_id = a.organization_id and t.date = g.date and t.user_code = g.user_code
                    and t.share_code = a.share_code
                  offset 0) t
                offset 0) r
              where c.category = '' or r.click_category = c.category
              group by r.click_target, r.click_category
              order by clicks desc, r.click_target, r.click_category
              limit cast(a.extra as int)) s
            order by a.asked, s.clicks desc, s.target, s.category
            """)
    List<ClickTarget> listClickTargets(
            @SqlArray Collection<UUID> organizations,
            @SqlArray Collection<String> froms,
            @SqlArray Collection<String> tos,
            @SqlArray Collection<String> userCodes,
            @SqlArray Collection<String> shareCodes,
            @SqlArray Collection<String> contactIds,
            @SqlArray Collection<String> extras,
            @SqlArray Collection<String> categories);

    /**
     * The types of pages with most views, of periods of no contact.
     *
     * @param extras how many
     */
    @Query(ASKED + """
            select a.asked, s.*
            from asked a cross join lateral (
              select r.page_type, cast(least(sum(r.view_count), 2147483647) as int) as views
              from (
                select t.page_type, t.view_count
                from analytics_daily_page_stats t
                where a.user_code is null and a.share_code is null
                  and t.organization_id = a.organization_id and t.date >= a.from_date and t.date <= a.to_date
                union all
                select t.page_type, t.view_count
                from analytics_daily_page_stats t
                where a.user_code is not null
                  and t.organization_id = a.organization_id and t.date = any (a.days) and t.user_code = a.user_code
                  and (a.share_code is null or t.share_code = a.share_code)
                union all
                select t.page_type, t.view_count
                from (
                  select g.date, g.user_code from analytics_daily_group_stats g
                  where a.user_code is null and a.share_code is not null
                    and g.organization_id = a.organization_id and g.share_code = a.share_code
                    and g.date >= a.from_date and g.date <= a.to_date
                  offset 0) g
                cross join lateral (
                  select t.page_type, t.view_count
                  from analytics_daily_page_stats t
                  where t.organization_id = a.organization_id and t.date = g.date and t.user_code = g.user_code
                    and t.share_code = a.share_code
                  offset 0) t
                offset 0) r
              group by r.page_type
              order by views desc, r.page_type
              limit cast(a.extra as int)) s
            order by a.asked, s.views desc, s.page_type
            """)
    List<Page> listPages(
            @SqlArray Collection<UUID> organizations,
            @SqlArray Collection<String> froms,
            @SqlArray Collection<String> tos,
            @SqlArray Collection<String> userCodes,
            @SqlArray Collection<String> shareCodes,
            @SqlArray Collection<String> contactIds,
            @SqlArray Collection<String> extras);

    /**
     * The contacts with most sessions.
     *
     * @param extras how many
     */
    @Query(ASKED + """
            select a.asked, s.*
            from asked a cross join lateral (
              select r.contact_id,
                cast(least(sum(r.total_sessions), 2147483647) as int) as sessions,
                cast(least(sum(r.total_page_views), 2147483647) as int) as page_views,
                cast(least(sum(r.total_clicks), 2147483647) as int) as clicks,
                min(r.first_visit) as first_visit, max(r.last_visit) as last_visit
              from (
                select t.contact_id, t.total_sessions, t.total_page_views, t.total_clicks, t.first_visit, t.last_visit
                from analytics_daily_contact_stats t
                where a.user_code is null and a.share_code is null and a.contact_id is null
                  and t.organization_id = a.organization_id and t.date >= a.from_date and t.date <= a.to_date
                union all
                select t.contact_id, t.total_sessions, t.total_page_views, t.total_clicks, t.first_visit, t.last_visit
                from analytics_daily_contact_stats t
                where a.user_code is not null and a.contact_id is null
                  and t.organization_id = a.organization_id and t.date = any (a.days) and t.user_code = a.user_code
                  and (a.share_code is null or t.share_code = a.share_code)
                union all
                select t.contact_id, t.total_sessions, t.total_page_views, t.total_clicks, t.first_visit, t.last_visit
                from (
                  select g.date, g.user_code from analytics_daily_group_stats g
                  where a.user_code is null and a.share_code is not null and a.contact_id is null
                    and g.organization_id = a.organization_id and g.share_code = a.share_code
                    and g.date >= a.from_date and g.date <= a.to_date
                  offset 0) g
                cross join lateral (
                  select t.contact_id, t.total_sessions, t.total_page_views, t.total_clicks, t.first_visit, t.last_visit
                  from analytics_daily_contact_stats t
                  where t.organization_id = a.organization_id and t.date = g.date and t.user_code = g.user_code
                    and t.share_code = a.share_code
                  offset 0) t
                union all
                select t.contact_id, t.total_sessions, t.total_page_views, t.total_clicks, t.first_visit, t.last_visit
                from analytics_daily_contact_stats t
                where a.contact_id is not null
                  and t.organization_id = a.organization_id and t.contact_id = a.contact_id
                  and t.date >= a.from_date and t.date <= a.to_date
                  and (a.user_code is null or t.user_code = a.user_code)
                  and (a.share_code is null or t.share_code = a.share_code)
                offset 0) r
              group by r.contact_id
              order by sessions desc, page_views desc, clicks desc, r.contact_id
              limit cast(a.extra as int)) s
            order by a.asked, s.sessions desc, s.page_views desc, s.clicks desc, s.contact_id
            """)
    List<Contact> listContacts(
            @SqlArray Collection<UUID> organizations,
            @SqlArray Collection<String> froms,
            @SqlArray Collection<String> tos,
            @SqlArray Collection<String> userCodes,
            @SqlArray Collection<String> shareCodes,
            @SqlArray Collection<String> contactIds,
            @SqlArray Collection<String> extras);

    /** What a row answers. */
    interface Answer {
        /** Which period, 1 for the first. */
        int asked();
    }

    /**
     * A day of one or several codes.
     *
     * @param visitors their sketch; empty when it is not wanted, or not there
     */
    @MappedEntity
    @SuppressWarnings("ArrayRecordComponent")
    record Day(
            @Id int asked,
            LocalDate date,
            int sessions,
            int pageViews,
            int clicks,
            int bounces,
            long seconds,
            byte[] visitors)
            implements Answer {}

    @MappedEntity
    record ShareCode(@Id int asked, String userCode, String shareCode, int sessions, int pageViews, int clicks)
            implements Answer {}

    @MappedEntity
    record ClickTarget(@Id int asked, String target, String category, int clicks) implements Answer {}

    @MappedEntity
    record Page(@Id int asked, String pageType, int views) implements Answer {}

    @MappedEntity
    record Contact(
            @Id int asked,
            String contactId,
            int sessions,
            int pageViews,
            int clicks,
            Instant firstVisit,
            Instant lastVisit)
            implements Answer {}
}
