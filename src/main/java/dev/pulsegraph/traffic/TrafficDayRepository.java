package dev.pulsegraph.traffic;

import dev.pulsegraph.database.Read;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Reads days of traffic for any number of {@link TrafficRequests} at once; a row says by {@code request} which of them it
 * answers, 1 for the first.
 *
 * <p>Each part of a UNION serves one way to ask, and begins with what tells whether that is the case, so that the others
 * are not read. It finds its rows by one index. Where a code comes after the day in that index, days are given one by
 * one, so that only those of the code are looked at; rows of a share code that do not name it first are found by way of
 * analytics_daily_group_stats, which has a row for each day of each code.
 */
interface TrafficDayRepository {

    static Read<List<TrafficZone>> zones(Collection<UUID> organizations) {
        return Read.list("""
            select z.organization_id, z.time_zone, app.local_date(now(), z.time_zone) as today, now() as read_at
            from rollup_zones z
            where z.organization_id = any (cast(:organizations as uuid[])) and z.rollup = 'traffic'
            """, TrafficZone.class, Map.of("organizations", organizations));
    }

    /** The days with any traffic, from the coarsest table that knows them; a day has several rows where several codes meet. */
    static Read<List<Day>> days(String requests, int limit) {
        return Read.list(TrafficRequests.REQUESTS + """
            select req.request, d.date, d.total_sessions as sessions, d.total_page_views as page_views, d.total_clicks as clicks,
              d.bounces, d.session_seconds as seconds,
              case when req.visitors and d.visitors is not null then d.visitors else '' end as visitors
            from requests req cross join lateral (
              select t.date, t.total_sessions, t.total_page_views, t.total_clicks, t.bounces, t.session_seconds, t.visitors
              from analytics_daily_stats t
              where req.user_code is null and req.share_code is null and req.contact_id is null
                and t.organization_id = req.organization_id and t.date >= req.from_date and t.date <= req.to_date
              union all
              select t.date, t.total_sessions, t.total_page_views, t.total_clicks, t.bounces, t.session_seconds, t.visitors
              from analytics_daily_user_stats t
              where req.user_code is not null and req.share_code is null and req.contact_id is null
                and t.organization_id = req.organization_id and t.user_code = req.user_code
                and t.date >= req.from_date and t.date <= req.to_date
              union all
              select t.date, t.total_sessions, t.total_page_views, t.total_clicks, t.bounces, t.session_seconds, t.visitors
              from analytics_daily_group_stats t
              where req.user_code is null and req.share_code is not null and req.contact_id is null
                and t.organization_id = req.organization_id and t.share_code = req.share_code
                and t.date >= req.from_date and t.date <= req.to_date
              union all
              select t.date, t.total_sessions, t.total_page_views, t.total_clicks, t.bounces, t.session_seconds, t.visitors
              from analytics_daily_group_stats t
              where req.user_code is not null and req.share_code is not null and req.contact_id is null
                and t.organization_id = req.organization_id and t.share_code = req.share_code and t.user_code = req.user_code
                and t.date >= req.from_date and t.date <= req.to_date
              union all
              select t.date, t.total_sessions, t.total_page_views, t.total_clicks, t.bounces, t.session_seconds, t.visitors
              from analytics_daily_contact_stats t
              where req.contact_id is not null
                and t.organization_id = req.organization_id and t.contact_id = req.contact_id
                and t.date >= req.from_date and t.date <= req.to_date
                and (req.user_code is null or t.user_code = req.user_code)
                and (req.share_code is null or t.share_code = req.share_code)
              offset 0) d
            limit :limit
            """, Day.class, Map.of("requests", requests, "limit", limit));
    }

    /** The share codes with most sessions. */
    static Read<List<ShareCode>> shareCodes(String requests) {
        return Read.list(TrafficRequests.REQUESTS + """
            select req.request, s.*
            from requests req cross join lateral (
              select r.user_code, r.share_code,
                cast(least(sum(r.total_sessions), 2147483647) as int) as sessions,
                cast(least(sum(r.total_page_views), 2147483647) as int) as page_views,
                cast(least(sum(r.total_clicks), 2147483647) as int) as clicks
              from (
                select t.user_code, t.share_code, t.total_sessions, t.total_page_views, t.total_clicks
                from analytics_daily_group_stats t
                where req.user_code is null and req.share_code is null and req.contact_id is null
                  and t.organization_id = req.organization_id and t.date >= req.from_date and t.date <= req.to_date
                union all
                select t.user_code, t.share_code, t.total_sessions, t.total_page_views, t.total_clicks
                from analytics_daily_group_stats t
                where req.user_code is not null and req.share_code is null and req.contact_id is null
                  and t.organization_id = req.organization_id and t.date = any (req.days) and t.user_code = req.user_code
                union all
                select t.user_code, t.share_code, t.total_sessions, t.total_page_views, t.total_clicks
                from analytics_daily_group_stats t
                where req.share_code is not null and req.contact_id is null
                  and t.organization_id = req.organization_id and t.share_code = req.share_code
                  and t.date >= req.from_date and t.date <= req.to_date
                  and (req.user_code is null or t.user_code = req.user_code)
                union all
                select t.user_code, t.share_code, t.total_sessions, t.total_page_views, t.total_clicks
                from analytics_daily_contact_stats t
                where req.contact_id is not null
                  and t.organization_id = req.organization_id and t.contact_id = req.contact_id
                  and t.date >= req.from_date and t.date <= req.to_date
                  and (req.user_code is null or t.user_code = req.user_code)
                  and (req.share_code is null or t.share_code = req.share_code)
                offset 0) r
              where r.share_code <> ''
              group by r.user_code, r.share_code
              order by sessions desc, page_views desc, clicks desc, r.share_code, r.user_code
              limit req.first) s
            order by req.request, s.sessions desc, s.page_views desc, s.clicks desc, s.share_code, s.user_code
            """, ShareCode.class, Map.of("requests", requests));
    }

    /** The targets with most clicks, of periods of no contact. */
    static Read<List<ClickTarget>> clickTargets(String requests) {
        return Read.list(TrafficRequests.REQUESTS + """
            select req.request, s.*
            from requests req
            cross join lateral (
              select r.click_target as target, r.click_category as category,
                cast(least(sum(r.click_count), 2147483647) as int) as clicks
              from (
                select t.click_target, t.click_category, t.clicks as click_count
                from traffic_daily_targets t
                where req.user_code is null and req.share_code is null
                  and t.organization_id = req.organization_id and t.date >= req.from_date and t.date <= req.to_date
                union all
                select t.click_target, t.click_category, t.click_count
                from analytics_daily_click_targets t
                where req.user_code is not null
                  and t.organization_id = req.organization_id and t.date = any (req.days) and t.user_code = req.user_code
                  and (req.share_code is null or t.share_code = req.share_code)
                union all
                select t.click_target, t.click_category, t.click_count
                from (
                  select g.date, g.user_code from analytics_daily_group_stats g
                  where req.user_code is null and req.share_code is not null
                    and g.organization_id = req.organization_id and g.share_code = req.share_code
                    and g.date >= req.from_date and g.date <= req.to_date
                  offset 0) g
                cross join lateral (
                  select t.click_target, t.click_category, t.click_count
                  from analytics_daily_click_targets t
                  where t.organization_id = req.organization_id and t.date = g.date and t.user_code = g.user_code
                    and t.share_code = req.share_code
                  offset 0) t
                offset 0) r
              where req.category is null or r.click_category = req.category
              group by r.click_target, r.click_category
              order by clicks desc, r.click_target, r.click_category
              limit req.first) s
            order by req.request, s.clicks desc, s.target, s.category
            """, ClickTarget.class, Map.of("requests", requests));
    }

    /** The types of pages with most views, of periods of no contact. */
    static Read<List<Page>> pages(String requests) {
        return Read.list(TrafficRequests.REQUESTS + """
            select req.request, s.*
            from requests req cross join lateral (
              select r.page_type, cast(least(sum(r.view_count), 2147483647) as int) as views
              from (
                select t.page_type, t.page_views as view_count
                from traffic_daily_pages t
                where req.user_code is null and req.share_code is null
                  and t.organization_id = req.organization_id and t.date >= req.from_date and t.date <= req.to_date
                union all
                select t.page_type, t.view_count
                from analytics_daily_page_stats t
                where req.user_code is not null
                  and t.organization_id = req.organization_id and t.date = any (req.days) and t.user_code = req.user_code
                  and (req.share_code is null or t.share_code = req.share_code)
                union all
                select t.page_type, t.view_count
                from (
                  select g.date, g.user_code from analytics_daily_group_stats g
                  where req.user_code is null and req.share_code is not null
                    and g.organization_id = req.organization_id and g.share_code = req.share_code
                    and g.date >= req.from_date and g.date <= req.to_date
                  offset 0) g
                cross join lateral (
                  select t.page_type, t.view_count
                  from analytics_daily_page_stats t
                  where t.organization_id = req.organization_id and t.date = g.date and t.user_code = g.user_code
                    and t.share_code = req.share_code
                  offset 0) t
                offset 0) r
              group by r.page_type
              order by views desc, r.page_type
              limit req.first) s
            order by req.request, s.views desc, s.page_type
            """, Page.class, Map.of("requests", requests));
    }

    /** The contacts with most sessions. */
    static Read<List<Contact>> contacts(String requests) {
        return Read.list(TrafficRequests.REQUESTS + """
            select req.request, s.*
            from requests req cross join lateral (
              select r.contact_id,
                cast(least(sum(r.total_sessions), 2147483647) as int) as sessions,
                cast(least(sum(r.total_page_views), 2147483647) as int) as page_views,
                cast(least(sum(r.total_clicks), 2147483647) as int) as clicks,
                min(r.first_visit) as first_visit, max(r.last_visit) as last_visit
              from (
                select t.contact_id, t.total_sessions, t.total_page_views, t.total_clicks, t.first_visit, t.last_visit
                from analytics_daily_contact_stats t
                where req.user_code is null and req.share_code is null and req.contact_id is null
                  and t.organization_id = req.organization_id and t.date >= req.from_date and t.date <= req.to_date
                union all
                select t.contact_id, t.total_sessions, t.total_page_views, t.total_clicks, t.first_visit, t.last_visit
                from analytics_daily_contact_stats t
                where req.user_code is not null and req.contact_id is null
                  and t.organization_id = req.organization_id and t.date = any (req.days) and t.user_code = req.user_code
                  and (req.share_code is null or t.share_code = req.share_code)
                union all
                select t.contact_id, t.total_sessions, t.total_page_views, t.total_clicks, t.first_visit, t.last_visit
                from (
                  select g.date, g.user_code from analytics_daily_group_stats g
                  where req.user_code is null and req.share_code is not null and req.contact_id is null
                    and g.organization_id = req.organization_id and g.share_code = req.share_code
                    and g.date >= req.from_date and g.date <= req.to_date
                  offset 0) g
                cross join lateral (
                  select t.contact_id, t.total_sessions, t.total_page_views, t.total_clicks, t.first_visit, t.last_visit
                  from analytics_daily_contact_stats t
                  where t.organization_id = req.organization_id and t.date = g.date and t.user_code = g.user_code
                    and t.share_code = req.share_code
                  offset 0) t
                union all
                select t.contact_id, t.total_sessions, t.total_page_views, t.total_clicks, t.first_visit, t.last_visit
                from analytics_daily_contact_stats t
                where req.contact_id is not null
                  and t.organization_id = req.organization_id and t.contact_id = req.contact_id
                  and t.date >= req.from_date and t.date <= req.to_date
                  and (req.user_code is null or t.user_code = req.user_code)
                  and (req.share_code is null or t.share_code = req.share_code)
                offset 0) r
              group by r.contact_id
              order by sessions desc, page_views desc, clicks desc, r.contact_id
              limit req.first) s
            order by req.request, s.sessions desc, s.page_views desc, s.clicks desc, s.contact_id
            """, Contact.class, Map.of("requests", requests));
    }

    /** What a row answers. */
    interface Answer {
        /** Which request, 1 for the first. */
        int request();
    }

    /**
     * A day of one or several codes.
     *
     * @param visitors their sketch; empty when it is not wanted, or not there
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Day(
            int request,
            LocalDate date,
            int sessions,
            int pageViews,
            int clicks,
            int bounces,
            long seconds,
            byte[] visitors)
            implements Answer {}

    record ShareCode(int request, String userCode, String shareCode, int sessions, int pageViews, int clicks)
            implements Answer {}

    record ClickTarget(int request, String target, String category, int clicks) implements Answer {}

    record Page(int request, String pageType, int views) implements Answer {}

    record Contact(
            int request,
            String contactId,
            int sessions,
            int pageViews,
            int clicks,
            Instant firstVisit,
            Instant lastVisit)
            implements Answer {}
}
