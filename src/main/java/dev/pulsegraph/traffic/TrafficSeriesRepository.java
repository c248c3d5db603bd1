package dev.pulsegraph.traffic;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.database.Row;
import dev.pulsegraph.time.Buckets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Traffic over time. Each piece of a period is read from one place: days from the table that knows the codes, quarters of an hour
 * elsewhere, and what is left at the ends of a period from events and sessions. Each part of the UNION begins with what tells
 * whether it is asked.
 */
interface TrafficSeriesRepository {
    String ASKED = """
            with segments as materialized (
              select s.comparison, s.tier, s.from_at, s.to_at, s.from_date, s.to_date
              from jsonb_to_recordset(cast(:segments as jsonb)) s(
                comparison boolean, tier int, from_at timestamptz, to_at timestamptz, from_date date, to_date date)
            ),
            edges as materialized (
              select g.comparison, g.edges from jsonb_to_recordset(cast(:edges as jsonb)) g(comparison boolean, edges timestamptz[])
            ),
            -- Days are those of one zone; whoever asks for another, or before they are rebuilt, is answered by quarters of an hour.
            pieces as materialized (
              select o.id as organization_id, s.comparison, s.from_at, s.to_at, s.from_date, s.to_date, g.edges,
                case when s.tier = 0 then 'raw'
                  when s.tier = 1440 and exists (
                    select from rollup_zones z where z.organization_id = o.id and z.rollup = 'traffic' and z.time_zone = :zone) then 'day'
                  else 'quarter' end as tier
              from unnest(cast(:organizations as uuid[])) o(id) cross join segments s join edges g using (comparison)
            )
            """;
    String OF_DAYS = """
            select width_bucket((t.date + time '12:00') at time zone :zone, p.edges) as slot, t.total_sessions as sessions,
              t.total_page_views as page_views, t.total_clicks as clicks, t.bounces, t.session_seconds as seconds,
              case when cast(:visitors as boolean) then t.visitors end as sketch, cast(null as text) as visitor
            from %s t
            where p.tier = 'day' and t.organization_id = p.organization_id and t.date >= p.from_date and t.date < p.to_date and %s
            """;
    String OF_QUARTERS = """
            select width_bucket(t.bucket, p.edges), t.sessions, t.page_views, t.clicks, t.bounces, t.seconds,
              case when cast(:visitors as boolean) then t.visitors end, null
            from traffic_quarter_hours t
            where p.tier = 'quarter' and t.organization_id = p.organization_id and t.bucket >= p.from_at and t.bucket < p.to_at
              and (cast(:userCode as text) is null or t.user_code = :userCode)
              and (cast(:shareCode as text) is null or t.share_code = :shareCode)
              and (cast(:contactId as text) is null or t.contact_id = :contactId)
            """;
    String OF_EVENTS = """
            select width_bucket(e.at, p.edges), sum(e.sessions), sum(e.page_views), sum(e.clicks), sum(e.bounces), sum(e.seconds), null,
              case when cast(:visitors as boolean) then e.visitor end
            from (
              select v.viewed_at as at, 0 as sessions, 1 as page_views, 0 as clicks, 0 as bounces, 0 as seconds, coalesce(v.counted_visitor, v.visitor) as visitor, v.user_code,
                v.share_code, v.contact_id
              from analytics_page_views v
              where p.tier = 'raw' and v.organization_id = p.organization_id and v.viewed_at >= p.from_at and v.viewed_at < p.to_at
              union all
              select c.clicked_at, 0, 0, 1, 0, 0, coalesce(c.counted_visitor, c.visitor), c.user_code, c.share_code, c.contact_id
              from analytics_clicks c
              where p.tier = 'raw' and c.organization_id = p.organization_id and c.clicked_at >= p.from_at and c.clicked_at < p.to_at
              union all
              select s.first_seen, 1, 0, 0, cast(s.page_views = 1 and s.clicks = 0 as int),
                floor(extract(epoch from s.last_seen - s.first_seen)), null, s.user_code, s.share_code, s.contact_id
              from analytics_sessions s
              where p.tier = 'raw' and s.organization_id = p.organization_id and s.first_seen >= p.from_at and s.first_seen < p.to_at
              offset 0) e
            where (cast(:userCode as text) is null or e.user_code = :userCode)
              and (cast(:shareCode as text) is null or e.share_code = :shareCode)
              and (cast(:contactId as text) is null or e.contact_id = :contactId)
            group by 1, 8
            """;
    String SUMS = ASKED + """
            select n.as_of, m.organization_id, m.comparison, m.slot, m.sessions, m.page_views, m.clicks, m.bounces, m.seconds, m.rows,
              m.sketches, m.visitors
            from (select now() as as_of) n left join (
              select r.organization_id, r.comparison, r.slot, sum(r.sessions) as sessions, sum(r.page_views) as page_views,
                sum(r.clicks) as clicks, sum(r.bounces) as bounces, sum(r.seconds) as seconds, count(*) as rows,
                array_agg(r.sketch) filter (where length(r.sketch) > 0) as sketches,
                array_agg(distinct r.visitor) filter (where r.visitor is not null) as visitors
              from (
                select p.organization_id, p.comparison, t.slot, t.sessions, t.page_views, t.clicks, t.bounces, t.seconds, t.sketch, t.visitor
                from pieces p cross join lateral (
            """
            + String.join(
                    " union all ",
                    OF_DAYS.formatted(
                            "analytics_daily_stats",
                            "cast(:userCode as text) is null and cast(:shareCode as text) is null and cast(:contactId as text) is null"),
                    OF_DAYS.formatted(
                            "analytics_daily_user_stats",
                            "t.user_code = :userCode and cast(:shareCode as text) is null and cast(:contactId as text) is null"),
                    OF_DAYS.formatted("analytics_daily_group_stats", """
                    t.share_code = :shareCode and (cast(:userCode as text) is null or t.user_code = :userCode)
                      and cast(:contactId as text) is null"""),
                    OF_DAYS.formatted("analytics_daily_contact_stats", """
                    t.contact_id = :contactId and (cast(:userCode as text) is null or t.user_code = :userCode)
                      and (cast(:shareCode as text) is null or t.share_code = :shareCode)"""),
                    OF_QUARTERS,
                    OF_EVENTS)
            + """
                offset 0) t
                limit cast(:limit as bigint)) r
              group by r.organization_id, r.comparison, r.slot) m on true
            """;

    /** Of sessions that match dimensions, with all that happened in them. */
    String OF_SESSIONS = """
            edges as materialized (
              select g.comparison, g.since, g.until, g.edges
              from jsonb_to_recordset(cast(:edges as jsonb)) g(comparison boolean, since timestamptz, until timestamptz, edges timestamptz[])
            )
            select n.as_of, m.organization_id, m.comparison, m.slot, m.sessions, m.page_views, m.clicks, m.bounces, m.seconds,
              cast(coalesce(cardinality(m.visitors), 0) as bigint), cast(null as bytea[]), m.visitors
            from (select now() as as_of) n left join (
              select s.organization_id, g.comparison, width_bucket(s.first_seen, g.edges) as slot, count(*) as sessions,
                sum(s.page_views) as page_views, sum(s.clicks) as clicks, count(*) filter (where s.is_bounce) as bounces,
                sum(s.seconds) as seconds, array_agg(distinct s.visitor) filter (where cast(:visitors as boolean)) as visitors
              from sessions s join edges g on s.first_seen >= g.since and s.first_seen < g.until
              group by s.organization_id, g.comparison, slot) m on true
            """;

    /**
     * Reads the sums of each bucket of the sessions that match a filter of dimensions.
     *
     * @param conditions of the filter, a JSON array
     */
    static Read<Answer> ofSessions(
            Collection<UUID> organizations, TrafficQuery query, String edges, String conditions) {
        Buckets buckets = query.periods().buckets();
        Buckets comparison = query.periods().comparison();
        Map<String, @Nullable Object> values = TrafficRows.values(
                query.filter(),
                organizations,
                (comparison == null ? buckets : comparison).from().toString(),
                buckets.to().toString(),
                conditions);
        values.put("edges", edges);
        values.put("visitors", query.asksForVisitors());
        return new Read<>(
                TrafficRows.ofSessions(query.filter(), false) + OF_SESSIONS, values, TrafficSeriesRepository::answer);
    }

    /**
     * Reads the sums of each bucket.
     *
     * @param zone whose days the segments of days are
     * @param limit of rows that are added up; null for none
     */
    static Read<Answer> read(
            Collection<UUID> organizations,
            TrafficQuery query,
            String segments,
            String edges,
            String zone,
            @Nullable Integer limit) {
        Map<String, @Nullable Object> values = query.filter().codes();
        values.put("organizations", organizations);
        values.put("segments", segments);
        values.put("edges", edges);
        values.put("zone", zone);
        values.put("visitors", query.asksForVisitors());
        values.put("limit", limit);
        return new Read<>(SUMS, values, TrafficSeriesRepository::answer);
    }

    private static Answer answer(Read.Rows rows) {
        Map<UUID, List<Part>> parts = new HashMap<>();
        Instant asOf = Instant.EPOCH;
        long count = 0;
        while (rows.next()) {
            Row row = rows.row();
            asOf = row.instant(1);
            UUID organization = row.findUuid(2);
            if (organization != null) {
                count += row.count(10);
                parts.computeIfAbsent(organization, any -> new ArrayList<>())
                        .add(new Part(
                                row.flag(3),
                                (int) row.count(4),
                                row.count(5),
                                row.count(6),
                                row.count(7),
                                row.count(8),
                                row.count(9),
                                row.findList(11) == null ? List.of() : row.list(11),
                                row.findList(12) == null ? List.of() : row.list(12)));
            }
        }
        return new Answer(asOf, count, parts);
    }

    /**
     * What was read.
     *
     * @param asOf what was committed before was seen
     * @param rows how many were added up
     * @param parts of each organization that has any
     */
    record Answer(Instant asOf, long rows, Map<UUID, List<Part>> parts) {}

    /**
     * A bucket of one period.
     *
     * @param comparison whether it is of the period compared with
     * @param slot which bucket, counted as {@code Buckets.slots} does
     * @param visitors who are in no sketch
     */
    record Part(
            boolean comparison,
            int slot,
            long sessions,
            long pageViews,
            long clicks,
            long bounces,
            long seconds,
            List<byte[]> sketches,
            List<String> visitors) {}
}
