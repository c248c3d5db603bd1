package dev.pulsegraph.product;

import dev.pulsegraph.database.Read;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Counts of events by types and names: whole quarters of an hour from rollups, what is left at the ends of a range from events.
 * Each name is one index range.
 */
interface EventCountRepository {
    /** Pieces of time, each of one tier. */
    String SEGMENTS = """
            with segments as materialized (
              select s.comparison, s.tier = 0 as raw, s.from_at, s.to_at
              from jsonb_to_recordset(cast(:segments as jsonb)) s(comparison boolean, tier int, from_at timestamptz, to_at timestamptz)
            )
            """;
    /** How often a name {@code n} was told. */
    String COUNT = """
            (select coalesce(sum(q.events), 0)
              from segments s join event_quarter_hours q on q.bucket >= s.from_at and q.bucket < s.to_at
              where not s.raw and q.organization_id = n.organization_id and q.type = n.type and q.name = n.name)
            + (select count(*)
              from segments s cross join lateral (
                select from product_events e
                where s.raw and e.organization_id = n.organization_id and e.type = n.type and e.name = n.name
                  and e.at >= s.from_at and e.at < s.to_at offset 0) e)
            """;

    String NAMES = SEGMENTS + """
            select c.organization_id, c.type, c.name, c.events, %s, c.first_seen, c.last_seen, c.sample_properties
            from unnest(cast(:organizations as uuid[])) o(id) cross join lateral (
              select n.organization_id, n.type, n.name, cast(x.events as bigint) as events, n.first_seen, n.last_seen, n.sample_properties
              from event_names n cross join lateral (select
            """ + COUNT + """
             as events offset 0) x
              where n.organization_id = o.id and n.type = any (cast(:types as text[])) and n.first_seen < cast(:to as timestamptz)
                and n.last_seen >= cast(:from as timestamptz) and x.events > 0
              order by x.events desc, n.name, n.type limit :limit) c
            %s
            order by c.organization_id, c.events desc, c.name, c.type
            """;
    String LIST = NAMES.formatted("0", "");
    String LIST_WITH_VISITORS = NAMES.formatted("coalesce(v.visitors, 0)", """
            left join (
              select e.organization_id, e.type, e.name, count(distinct e.canonical_visitor) as visitors
              from product_events e
              where e.organization_id = any (cast(:organizations as uuid[])) and e.at >= cast(:from as timestamptz)
                and e.at < cast(:to as timestamptz) and e.type = any (cast(:types as text[])) and e.name is not null
              group by e.organization_id, e.type, e.name) v using (organization_id, type, name)
            """);

    /**
     * The most frequent names of each organization in a range.
     *
     * @param segments of the range, a JSON array
     */
    static Read<List<EventName>> names(Collection<UUID> organizations, EventNamesQuery query, String segments) {
        return Read.list(
                query.visitors() ? LIST_WITH_VISITORS : LIST,
                EventName.class,
                Map.of(
                        "organizations",
                        organizations,
                        "segments",
                        segments,
                        "types",
                        query.types(),
                        "from",
                        query.range().from().toString(),
                        "to",
                        query.range().to().toString(),
                        "limit",
                        query.first()));
    }

    /** How many visitors of each organization did something in the last 5 minutes. */
    static Read<Map<UUID, Long>> currentVisitors(Collection<UUID> organizations) {
        return Read.counts("""
                select o.id, (
                  select count(distinct e.canonical_visitor) from product_events e
                  where e.organization_id = o.id and e.at > now() - interval '5 minutes' and e.at <= now())
                from unnest(cast(:organizations as uuid[])) o(id)
                """, Map.of("organizations", organizations));
    }
}
