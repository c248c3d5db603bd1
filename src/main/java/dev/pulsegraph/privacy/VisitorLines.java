package dev.pulsegraph.privacy;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything that is kept of a visitor, each row a line of JSON with the columns of its table, whatever columns there are. Events
 * are in the order of time.
 */
final class VisitorLines {
    private static final String NAMED = """
            with named as materialized (
              select v.names, app.users_among(v.names) as users
              from (select app.names_of_visitor(cast(:organization as uuid), :visitor) as names) v
            )
            """;
    private static final String ALIASES = NAMED + """
            select cast(jsonb_build_object('kind', 'alias') || (to_jsonb(a) - 'organization_id') as text)
            from visitor_aliases a
            where a.organization_id = :organization and a.visitor = any ((select n.names from named n)::text[])
            order by a.joined_at, a.visitor
            """;
    private static final String TRAITS = NAMED + """
            select cast(jsonb_build_object('kind', 'traits') || (to_jsonb(u) - cast('{organization_id,id}' as text[])) as text)
            from identified_users u
            where u.organization_id = :organization and u.user_id = any ((select n.users from named n)::text[])
            order by u.user_id
            """;
    private static final String SESSIONS = NAMED + """
            select cast(jsonb_build_object('kind', 'session') || (to_jsonb(s) - cast('{organization_id,session_key,first_message_key}' as text[])) as text)
            from analytics_sessions s
            where s.organization_id = :organization and s.visitor = any ((select n.names from named n)::text[])
            order by s.first_seen, s.id
            """;
    private static final String EVENT = """
            select e.%2$s as at, e.id,
              jsonb_build_object('kind', 'event', 'type', '%3$s') || (to_jsonb(e) - cast('{organization_id,session_key}' as text[])) as line
            from %1$s e
            where e.organization_id = :organization
              and (e.visitor = any ((select n.names from named n)::text[]) or e.user_id = any ((select n.users from named n)::text[]))
            """;
    private static final String EVENTS = NAMED + "select cast(e.line as text) from ("
            + EVENT.formatted("analytics_page_views", "viewed_at", "page")
            + " union all " + EVENT.formatted("analytics_clicks", "clicked_at", "click")
            + " union all " + EVENT.formatted("analytics_events", "occurred_at", "track")
            + ") e order by e.at, e.id";

    /** Statements by what their lines are. */
    static final Map<String, String> QUERIES = queries();

    private VisitorLines() {}

    private static Map<String, String> queries() {
        Map<String, String> queries = new LinkedHashMap<>();
        queries.put("aliases", ALIASES);
        queries.put("traits", TRAITS);
        queries.put("sessions", SESSIONS);
        queries.put("events", EVENTS);
        return queries;
    }
}
