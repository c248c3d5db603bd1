package dev.pulsegraph.traffic;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.traffic.TrafficDayRepository.Answer;
import dev.pulsegraph.traffic.TrafficDayRepository.ClickTarget;
import dev.pulsegraph.traffic.TrafficDayRepository.Day;
import dev.pulsegraph.traffic.TrafficDayRepository.Page;
import dev.pulsegraph.traffic.TrafficDayRepository.ShareCode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/**
 * Reads what is not kept by days, from quarters of an hour: hours, and days of a zone that is not the organization's, for
 * {@link TrafficRequests} that name their zone. All of one are a range of the primary key, whatever codes are asked for.
 */
interface TrafficQuarterRepository {

    /**
     * The quarters with any traffic; one has several rows where several codes meet and visitors are wanted, since only
     * sketches of single codes are kept.
     */
    static Read<List<Quarter>> quarters(String requests, int limit) {
        return Read.list(TrafficRequests.REQUESTS + """
            select req.request, q.bucket, q.sessions, q.page_views, q.clicks, q.bounces, q.seconds, q.visitors
            from requests req cross join lateral (
              select t.bucket, cast(least(sum(t.sessions), 2147483647) as int) as sessions,
                cast(least(sum(t.page_views), 2147483647) as int) as page_views,
                cast(least(sum(t.clicks), 2147483647) as int) as clicks,
                cast(least(sum(t.bounces), 2147483647) as int) as bounces,
                cast(sum(t.seconds) as bigint) as seconds, cast('' as bytea) as visitors
              from traffic_quarter_hours t
              where not req.visitors and t.organization_id = req.organization_id and t.bucket >= req.since and t.bucket < req.until
                and (req.user_code is null or t.user_code = req.user_code)
                and (req.share_code is null or t.share_code = req.share_code)
                and (req.contact_id is null or t.contact_id = req.contact_id)
              group by t.bucket
              union all
              select t.bucket, t.sessions, t.page_views, t.clicks, t.bounces, t.seconds, coalesce(t.visitors, '')
              from traffic_quarter_hours t
              where req.visitors and t.organization_id = req.organization_id and t.bucket >= req.since and t.bucket < req.until
                and (req.user_code is null or t.user_code = req.user_code)
                and (req.share_code is null or t.share_code = req.share_code)
                and (req.contact_id is null or t.contact_id = req.contact_id)
              offset 0) q
            limit :limit
            """, Quarter.class, Map.of("requests", requests, "limit", limit));
    }

    /** The share codes with most sessions. */
    static Read<List<ShareCode>> shareCodes(String requests) {
        return Read.list(TrafficRequests.REQUESTS + """
            select req.request, s.*
            from requests req cross join lateral (
              select t.user_code, t.share_code,
                cast(least(sum(t.sessions), 2147483647) as int) as sessions,
                cast(least(sum(t.page_views), 2147483647) as int) as page_views,
                cast(least(sum(t.clicks), 2147483647) as int) as clicks
              from traffic_quarter_hours t
              where t.share_code <> '' and t.organization_id = req.organization_id and t.bucket >= req.since and t.bucket < req.until
                and (req.user_code is null or t.user_code = req.user_code)
                and (req.share_code is null or t.share_code = req.share_code)
                and (req.contact_id is null or t.contact_id = req.contact_id)
              group by t.user_code, t.share_code
              order by sessions desc, page_views desc, clicks desc, t.share_code, t.user_code
              limit req.first) s
            order by req.request, s.sessions desc, s.page_views desc, s.clicks desc, s.share_code, s.user_code
            """, ShareCode.class, Map.of("requests", requests));
    }

    /** The targets with most clicks. */
    static Read<List<ClickTarget>> clickTargets(String requests) {
        return Read.list(TrafficRequests.REQUESTS + """
            select req.request, s.*
            from requests req
            cross join lateral (
              select t.click_target as target, t.click_category as category,
                cast(least(sum(t.clicks), 2147483647) as int) as clicks
              from traffic_quarter_hour_clicks t
              where (req.category is null or t.click_category = req.category) and t.organization_id = req.organization_id and t.bucket >= req.since and t.bucket < req.until
                and (req.user_code is null or t.user_code = req.user_code)
                and (req.share_code is null or t.share_code = req.share_code)
                and (req.contact_id is null or t.contact_id = req.contact_id)
              group by t.click_target, t.click_category
              order by clicks desc, t.click_target, t.click_category
              limit req.first) s
            order by req.request, s.clicks desc, s.target, s.category
            """, ClickTarget.class, Map.of("requests", requests));
    }

    /** The types of pages with most views. */
    static Read<List<Page>> pages(String requests) {
        return Read.list(TrafficRequests.REQUESTS + """
            select req.request, s.*
            from requests req cross join lateral (
              select t.page_type, cast(least(sum(t.page_views), 2147483647) as int) as views
              from traffic_quarter_hour_pages t
              where t.organization_id = req.organization_id and t.bucket >= req.since and t.bucket < req.until
                and (req.user_code is null or t.user_code = req.user_code)
                and (req.share_code is null or t.share_code = req.share_code)
                and (req.contact_id is null or t.contact_id = req.contact_id)
              group by t.page_type
              order by views desc, t.page_type
              limit req.first) s
            order by req.request, s.views desc, s.page_type
            """, Page.class, Map.of("requests", requests));
    }

    /**
     * A quarter of an hour of one or several codes.
     *
     * @param visitors their sketch; empty when it is not wanted, or not there
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Quarter(
            int request,
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
                    request,
                    LocalDate.ofInstant(bucket, zone),
                    sessions,
                    pageViews,
                    clicks,
                    bounces,
                    seconds,
                    visitors);
        }
    }
}
