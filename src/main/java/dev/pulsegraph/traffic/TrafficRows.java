package dev.pulsegraph.traffic;

import dev.pulsegraph.traffic.TrafficDimension.Kind;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Raw traffic as statements begin with it: {@code sessions}, and where these are asked for, {@code rows} of views and clicks. Who
 * counts visitors reads {@code visitor} of a session, which is the one who stands for all that are the same.
 *
 * <p>What is asked of sessions alone is of those that began in the time, under their codes. What is asked of rows is of the rows of
 * the time, under theirs, and of the sessions that have them.
 */
public final class TrafficRows {
    private static final String BEGAN = """
            s.first_seen >= cast(:since as timestamptz)
                  and (cast(:userCode as text) is null or s.user_code = :userCode)
                  and (cast(:shareCode as text) is null or s.share_code = :shareCode)
                  and (cast(:contactId as text) is null or s.contact_id = :contactId)""";
    private static final String LASTED = "s.last_seen >= cast(:since as timestamptz)";
    private static final String OF_SESSION = """
            where not exists (
                select from conditions f where f.of = 'SESSION' and coalesce(s.dimensions[f.position], '') <> all (f.known))""";
    /** The path of the last view of each session; without one there is no row. */
    private static final String EXITS = """
            exits as materialized (
              select distinct on (s.id) s.id, coalesce(v.path, '') as path
              from told_sessions s join (
                select v.session_key, v.viewed_at, v.id, v.path
                from analytics_page_views v
                where v.organization_id = any (cast(:organizations as uuid[]))
                  and v.viewed_at >= (select min(s.first_seen) from told_sessions s)
                  and v.viewed_at <= (select max(s.last_seen) from told_sessions s)
                offset 0) v on v.session_key = s.session_key and v.viewed_at between s.first_seen and s.last_seen
              order by s.id, v.viewed_at desc, v.id desc
            ),
            """;

    private static final String IN_TIME = "%1$s >= cast(:since as timestamptz) and %1$s < cast(:until as timestamptz)";
    private static final String IN_SESSIONS =
            "%1$s >= (select min(s.first_seen) from told_sessions s) and %1$s <= (select max(s.last_seen) from told_sessions s)";
    private static final String OF_CODES = """
            (cast(:userCode as text) is null or r.user_code = :userCode)
                and (cast(:shareCode as text) is null or r.share_code = :shareCode)
                and (cast(:contactId as text) is null or r.contact_id = :contactId)""";
    private static final String MATCHES = """
            coalesce(case f.dimension when 'PATH' then coalesce(r.path, '') when 'PAGE_TYPE' then r.page_type
              when 'CLICK_TARGET' then r.click_target when 'OUTBOUND_LINK' then r.outbound_link when 'EVENT_NAME' then r.name end
              = any (f.known), false)""";
    private static final String OF_ROW =
            " and not exists (select from conditions f where f.of = 'ROW' and not " + MATCHES + ")";
    /** Which conditions on rows are met by some row of a session. */
    private static final String MET = """
            met as materialized (
              select distinct s.id, f.place
              from rows r join told_sessions s on s.session_key = r.session_key and r.at between s.first_seen and s.last_seen
              join conditions f on f.of = 'ROW' and
            """ + MATCHES + "), ";

    private static final String SESSIONS = "sessions as not materialized (select s.* from told_sessions s where true";
    private static final String OF_EXIT = """
             and not exists (
              select from conditions f
              where f.of = 'EXIT' and coalesce((select x.path from exits x where x.id = s.id), '') <> all (f.known))
            """;
    private static final String OF_MET = """
             and (s.id, (select count(*) from conditions f where f.of = 'ROW')) in (select m.id, count(*) from met m group by m.id)
            """;

    private TrafficRows() {}

    /**
     * Sessions that began in the time.
     *
     * @param exits whether {@code exits} are asked for
     */
    public static String ofSessions(TrafficFilter filter, boolean exits) {
        boolean ofRows = filter.isOf(Kind.ROW);
        return told(filter, BEGAN, exits)
                + (ofRows ? rows(IN_SESSIONS, "true") + MET : "")
                + sessions(filter, ofRows ? OF_MET : "");
    }

    /** Rows of the time, and all sessions that lasted into it. */
    public static String ofRows(TrafficFilter filter) {
        return told(filter, LASTED, false)
                + rows(IN_TIME, filter.isOf(Kind.ROW) ? OF_CODES + OF_ROW : OF_CODES)
                + sessions(filter, "");
    }

    /**
     * The parameters of both.
     *
     * @param conditions of the filter, a JSON array
     */
    public static Map<String, @Nullable Object> values(
            TrafficFilter filter, Collection<UUID> organizations, String since, String until, String conditions) {
        Map<String, @Nullable Object> values = filter.codes();
        values.put("organizations", organizations);
        values.put("since", since);
        values.put("until", until);
        values.put("conditions", conditions);
        return values;
    }

    private static String told(TrafficFilter filter, String which, boolean exits) {
        return """
            with conditions as materialized (
              select f.place, f.dimension, f.of, f.position, f.known
              from jsonb_to_recordset(cast(:conditions as jsonb)) f(place int, dimension text, of text, position int, known text[])
            ),
            told_sessions as materialized (
              select s.organization_id, s.id, s.session_key, coalesce(a.canonical_visitor, s.visitor) as visitor, s.first_seen, s.last_seen,
                s.page_views, s.clicks, s.page_views = 1 and s.clicks = 0 as is_bounce,
                cast(floor(extract(epoch from s.last_seen - s.first_seen)) as bigint) as seconds, s.dimensions
              from (
                select s.organization_id, s.id, s.session_key, s.visitor, s.first_seen, s.last_seen, s.page_views, s.clicks, s.dimensions
                from analytics_sessions s
                where s.organization_id = any (cast(:organizations as uuid[])) and s.first_seen < cast(:until as timestamptz) and %s
                offset 0) s
              left join visitor_aliases a on a.organization_id = s.organization_id and a.visitor = s.visitor
              %s
            ),
            """.formatted(which, filter.isOf(Kind.SESSION) ? OF_SESSION : "")
                + (exits || filter.isOf(Kind.EXIT) ? EXITS : "");
    }

    private static String rows(String time, String which) {
        return """
            rows as (
              select r.organization_id, r.session_key, r.at, r.is_view, r.path, r.page_type, r.click_target, r.outbound_link, r.name
              from (
                select v.organization_id, v.session_key, v.viewed_at as at, true as is_view, v.path, v.page_type,
                  cast(null as text) as click_target, cast(null as text) as outbound_link, v.name, v.user_code, v.share_code, v.contact_id
                from analytics_page_views v
                where v.organization_id = any (cast(:organizations as uuid[])) and %s
                union all
                select c.organization_id, c.session_key, c.clicked_at, false, c.path, null, c.click_target, c.outbound_link, c.name,
                  c.user_code, c.share_code, c.contact_id
                from analytics_clicks c
                where c.organization_id = any (cast(:organizations as uuid[])) and %s
                offset 0) r
              where %s
            ),
            """.formatted(time.formatted("v.viewed_at"), time.formatted("c.clicked_at"), which);
    }

    private static String sessions(TrafficFilter filter, String ofRows) {
        return SESSIONS + (filter.isOf(Kind.EXIT) ? OF_EXIT : "") + ofRows + "), ";
    }
}
