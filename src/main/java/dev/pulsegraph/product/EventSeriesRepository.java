package dev.pulsegraph.product;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.series.SeriesRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Events over time. {@code told} is what is counted: rows of events, or sums of rollups; its groups are ranked by the measure over
 * the whole period, and those beyond the largest are measured once more, together, so that visitors of several count once. What is
 * read of a segment stands behind {@code offset 0}, or the planner begins with all events.
 */
interface EventSeriesRepository {
    String EDGES = EventCountRepository.SEGMENTS + """
            , edges as materialized (
              select g.comparison, g.edges from jsonb_to_recordset(cast(:edges as jsonb)) g(comparison boolean, edges timestamptz[])
            ),
            told as materialized (
            """;

    /** One row an event. */
    String OF_EVENTS = """
              select e.organization_id, s.comparison, width_bucket(e.at, g.edges) as slot, e.label, e.visitor, e.session_id, e.number,
                1 as events
              from segments s join edges g using (comparison) cross join lateral (
                select e.organization_id, e.at, %s as label, %s as visitor, %s as session_id, %s as number
                from product_events e
                where e.organization_id = any (cast(:organizations as uuid[])) and e.at >= s.from_at and e.at < s.to_at
            %s offset 0) e %s""";
    /** Sessions merge when late events arrive, so that an event finds its own by its time. */
    String SESSION = """
            (select x.id from analytics_sessions x
              where x.session_key = e.session_key and x.first_seen <= e.at order by x.first_seen desc limit 1)""";

    String NUMBER = """
            (select case jsonb_typeof(n.value) when 'number' then cast(n.value as numeric) end
              from (select case when :ofContext then e.context else e.properties end #> cast(:keys as text[]) as value offset 0) n)""";

    /**
     * Sums by names and types: whole quarters of an hour from rollups, what is left at the ends of periods from events. Under the
     * name '' a rollup has all events of a type, whatever their names.
     */
    String OF_ROLLUPS = """
              select p.organization_id, p.comparison, p.slot, p.label, null as visitor, null as session_id, null as number,
                sum(p.events) as events
              from (
                select q.organization_id, s.comparison, q.slot, q.type, q.name, q.events, %1$s as label
                from segments s join edges g using (comparison) cross join lateral (
                  select q.organization_id, q.type, q.name, width_bucket(q.bucket, g.edges) as slot, sum(q.events) as events
                  from event_quarter_hours q
                  where not s.raw and q.organization_id = any (cast(:organizations as uuid[])) and q.name = any (cast(:names as text[]))
                    and q.type = any (cast(:types as text[])) and q.bucket >= s.from_at and q.bucket < s.to_at
                  group by q.organization_id, q.type, q.name, width_bucket(q.bucket, g.edges)) q
                union all
                select e.organization_id, s.comparison, width_bucket(e.at, g.edges), e.type, e.name, 1, %2$s
                from segments s join edges g using (comparison) cross join lateral (
                  select e.organization_id, e.at, e.type, e.name
                  from product_events e
                  where s.raw and e.organization_id = any (cast(:organizations as uuid[])) and e.at >= s.from_at and e.at < s.to_at
                    and e.type = any (cast(:types as text[])) and ('' = any (cast(:names as text[])) or e.name = any (cast(:names as text[]))) offset 0) e
                union all
                select e.organization_id, s.comparison, width_bucket(e.at, g.edges), e.type, e.name, 1, %2$s
                from (
                  select o.id, n.name, y.type
                  from unnest(cast(:organizations as uuid[])) o(id) cross join unnest(cast(:names as text[])) n(name)
                  cross join unnest(cast(:types as text[])) y(type)
                  where n.name <> ''
                    and (select count(*) from event_names k where k.organization_id = o.id) >= app.row_limit('event_names')
                    and not exists (select from event_names k where k.organization_id = o.id and k.type = y.type and k.name = n.name)
                  offset 0) m
                cross join segments s join edges g using (comparison) cross join lateral (
                  select e.organization_id, e.at, e.type, e.name
                  from product_events e
                  where not s.raw and e.organization_id = m.id and e.type = m.type and e.name = m.name
                    and e.at >= s.from_at and e.at < s.to_at offset 0) e) p
              group by p.organization_id, p.comparison, p.slot, p.label
            """;
    /** Each name apart, and what is left of all events of the type: those without a name, and of names that are not counted apart. */
    String BY_ALL_NAMES = """
              select p.organization_id, p.comparison, p.slot, p.label, null as visitor, null as session_id, null as number,
                sum(p.events) as events
              from (
                select q.organization_id, s.comparison, q.slot, l.label, l.sign * q.events as events
                from segments s join edges g using (comparison) cross join lateral (
                  select n.organization_id, n.name, q.slot, q.events
                  from (
                    select k.organization_id, k.type, k.name from event_names k
                    where k.organization_id = any (cast(:organizations as uuid[])) and k.type = any (cast(:types as text[]))
                    union all
                    select o.id, y.type, '' from unnest(cast(:organizations as uuid[])) o(id) cross join unnest(cast(:types as text[])) y(type)) n
                  cross join lateral (
                    select width_bucket(q.bucket, g.edges) as slot, sum(q.events) as events
                    from event_quarter_hours q
                    where not s.raw and q.organization_id = n.organization_id and q.type = n.type and q.name = n.name
                      and q.bucket >= s.from_at and q.bucket < s.to_at
                    group by width_bucket(q.bucket, g.edges)) q) q
                cross join lateral (values (nullif(q.name, ''), 1), (null, case q.name when '' then 0 else -1 end)) l(label, sign)
                union all
                select e.organization_id, s.comparison, width_bucket(e.at, g.edges), k.name, 1
                from segments s join edges g using (comparison) cross join lateral (
                  select e.organization_id, e.at, e.type, e.name
                  from product_events e
                  where s.raw and e.organization_id = any (cast(:organizations as uuid[])) and e.at >= s.from_at and e.at < s.to_at
                    and e.type = any (cast(:types as text[])) offset 0) e
                left join event_names k on k.organization_id = e.organization_id and k.type = e.type and k.name = e.name) p
              group by p.organization_id, p.comparison, p.slot, p.label
            """;

    String RANKED = """
            ),
            groups as materialized (
              select t.organization_id, t.label,
                row_number() over (partition by t.organization_id order by %1$s filter (where not t.comparison) desc nulls last, t.label) as rank
              from told t
              group by t.organization_id, t.label
            ),
            measured as (
              select t.organization_id, t.rank, t.comparison, t.slot, min(t.label) as label, cast(%1$s as double precision) as value,
                sum(t.events) as samples
              from (
                select t.*, cast(least(g.rank, :groups + 1) as int) as rank
                from told t join groups g on g.organization_id = t.organization_id
                  and coalesce(g.label, '') = coalesce(t.label, '') and (g.label is null) = (t.label is null)) t
              group by grouping sets ((t.organization_id, t.rank, t.comparison, t.slot), (t.organization_id, t.rank, t.comparison))
            )
            select n.as_of, m.organization_id, m.rank, m.comparison, m.slot, case when m.rank <= :groups then m.label end, m.value,
              cast(least(m.samples, 2147483647) as int)
            from (select now() as as_of) n left join measured m on m.samples > 0
            """;
    String SUM_OF_EVENTS = "sum(t.events)";

    /** Reads what is asked of each organization, and when. */
    static Read<Answer> read(
            Collection<UUID> organizations, EventQuery query, String segments, String edges, int groups) {
        Map<String, @Nullable Object> values = new HashMap<>(query.filter().values());
        String told = query.isOfRollups() ? ofRollups(query, values) : ofEvents(query, values);
        values.put("organizations", organizations);
        values.put("segments", segments);
        values.put("edges", edges);
        values.put("groups", groups);
        String measure = query.isOfRollups() ? SUM_OF_EVENTS : query.measure().sql();
        return new Read<>(EDGES + told + RANKED.formatted(measure), values, rows -> answer(query.name(), rows));
    }

    private static String ofRollups(EventQuery query, Map<String, @Nullable Object> values) {
        EventFilter filter = query.filter();
        values.keySet().retainAll(List.of("names", "types"));
        values.put("types", filter.types() == null ? EventFilter.ALL_TYPES : filter.types());
        boolean byName = query.group().kind() == EventGroup.Kind.NAME;
        if (byName && filter.names() == null) {
            values.remove("names");
            return BY_ALL_NAMES;
        }
        values.put("names", filter.names() == null ? List.of("") : filter.names());
        return switch (query.group().kind()) {
            case NAME -> OF_ROLLUPS.formatted("q.name", "e.name");
            case TYPE -> OF_ROLLUPS.formatted("upper(q.type)", "upper(e.type)");
            default -> OF_ROLLUPS.formatted("cast(null as text)", "cast(null as text)");
        };
    }

    private static String ofEvents(EventQuery query, Map<String, @Nullable Object> values) {
        EventGroup group = query.group();
        if (group.property() != null) {
            values.put("groupOfContext", group.property().ofContext());
            values.put("groupKeys", group.property().keys());
        }
        PropertyPath property = query.property();
        if (property != null) {
            values.put("ofContext", property.ofContext());
            values.put("keys", property.keys());
        }
        return OF_EVENTS.formatted(
                group.kind().sql(),
                query.measure() == EventMeasure.VISITORS ? "e.canonical_visitor" : "null",
                query.measure() == EventMeasure.SESSIONS ? SESSION : "null",
                property == null ? "null" : NUMBER,
                query.filter().sql(),
                property == null ? "" : "where e.number is not null");
    }

    private static Answer answer(String measure, Read.Rows rows) {
        Map<UUID, List<SeriesRow>> found = new HashMap<>();
        Instant asOf = Instant.EPOCH;
        while (rows.next()) {
            var row = rows.row();
            asOf = row.instant(1);
            UUID organization = row.findUuid(2);
            if (organization != null) {
                found.computeIfAbsent(organization, any -> new ArrayList<>())
                        .add(new SeriesRow(
                                measure,
                                (int) row.count(3),
                                row.flag(4),
                                row.findInteger(5),
                                null,
                                null,
                                null,
                                row.findText(6),
                                row.findNumber(7),
                                (int) row.count(8)));
            }
        }
        return new Answer(asOf, found);
    }

    /**
     * What was read.
     *
     * @param asOf what was committed before was seen
     * @param rows of each organization that has any
     */
    record Answer(Instant asOf, Map<UUID, List<SeriesRow>> rows) {}
}
