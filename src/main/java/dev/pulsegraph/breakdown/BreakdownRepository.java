package dev.pulsegraph.breakdown;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.traffic.TrafficDimension;
import dev.pulsegraph.traffic.TrafficRows;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Traffic by the values of a dimension, in both periods. {@code told} has a row for each value of a session in a period. A session
 * that has several of the values that are taken together counts once among them.
 */
interface BreakdownRepository {
    String OF_SESSIONS = """
            told as materialized (
              select s.organization_id, s.first_seen >= cast(:from as timestamptz) as is_current, %s as value, s.id, s.visitor,
                s.is_bounce, s.seconds, s.page_views, s.clicks
              from sessions s %s
            ),
            """;
    String OF_ROWS = """
            told as materialized (
              select r.organization_id, r.at >= cast(:from as timestamptz) as is_current, %1$s as value, s.id, s.visitor, s.is_bounce,
                s.seconds, count(*) filter (where r.is_view) as page_views, count(*) filter (where not r.is_view) as clicks
              from rows r join sessions s on s.session_key = r.session_key and r.at between s.first_seen and s.last_seen
              where %1$s is not null
              group by r.organization_id, is_current, %1$s, s.id, s.visitor, s.is_bounce, s.seconds
            ),
            """;
    String RANKED = """
            ranked as materialized (
              select t.organization_id, t.value, row_number() over (partition by t.organization_id order by count(*) desc, t.value collate "C") as rank
              from told t
              where t.is_current
              group by t.organization_id, t.value
            ),
            placed as (
              select t.organization_id, t.is_current, coalesce(r.rank, :first + 1) as place, t.value, t.id, t.visitor, t.is_bounce, t.seconds,
                t.page_views, t.clicks
              from told t left join ranked r on r.organization_id = t.organization_id and r.value = t.value and r.rank <= :first
            ),
            counted as (
              select p.organization_id, p.is_current, case when grouping(p.place) = 1 then 0 else p.place end as place, p.id, min(p.value) as value,
                min(p.visitor) as visitor, bool_or(p.is_bounce) as is_bounce, min(p.seconds) as seconds, sum(p.page_views) as page_views,
                sum(p.clicks) as clicks
              from placed p
              group by grouping sets ((p.organization_id, p.is_current, p.place, p.id), (p.organization_id, p.is_current, p.id))
            )
            select c.organization_id, c.is_current, c.place, case when c.place between 1 and :first then min(c.value) end, count(*),
              sum(c.page_views), sum(c.clicks), count(distinct c.visitor), sum(c.seconds), count(*) filter (where c.is_bounce)
            from counted c
            group by c.organization_id, c.is_current, c.place
            """;

    /**
     * Reads what is asked of each organization.
     *
     * @param conditions of the filter, a JSON array
     */
    static Read<List<Value>> values(Collection<UUID> organizations, BreakdownQuery query, String conditions) {
        TrafficDimension by = query.by();
        Map<String, @Nullable Object> values = TrafficRows.values(
                query.filter(),
                organizations,
                query.previous().toString(),
                query.to().toString(),
                conditions);
        values.put("from", query.from().toString());
        values.put("first", query.first());
        if (by.position() != null) {
            values.put("position", by.position());
        }
        return Read.list(statement(query) + RANKED, Value.class, values);
    }

    private static String statement(BreakdownQuery query) {
        return switch (query.by().kind()) {
            case SESSION ->
                TrafficRows.ofSessions(query.filter(), false)
                        + OF_SESSIONS.formatted("coalesce(s.dimensions[cast(:position as int)], '')", "");
            case EXIT ->
                TrafficRows.ofSessions(query.filter(), true)
                        + OF_SESSIONS.formatted("coalesce(x.path, '')", "left join exits x on x.id = s.id");
            case ROW ->
                TrafficRows.ofRows(query.filter())
                        + OF_ROWS.formatted(query.by().sql());
        };
    }

    /**
     * Traffic of a value in one of the periods.
     *
     * @param place 1 for the value with most sessions, one more than are asked for all others together, 0 for all
     * @param value null where there are several
     */
    record Value(
            UUID organizationId,
            boolean isCurrent,
            int place,
            @Nullable String value,
            long sessions,
            long pageViews,
            long clicks,
            long visitors,
            long seconds,
            long bounces) {}
}
