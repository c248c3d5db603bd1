package dev.pulsegraph.event;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.paging.TimePlace;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Pages of sessions from a place on. Those of one user code are a statement of their own, so that
 * each walks an index of its own.
 */
interface SessionRepository {

    String COLUMNS = """
            s.id, s.organization_id, s.session_id, s.visitor, nullif(s.user_code, '') as user_code,
              nullif(s.share_code, '') as share_code, nullif(s.contact_id, '') as contact_id, s.first_seen, s.last_seen,
              s.page_views, s.clicks, s.referrer, s.user_agent
            """;

    String PAGES = "select " + COLUMNS + """
             from unnest(cast(:organizations as uuid[])) o(id) cross join lateral (
              select s.id, s.organization_id, s.session_id, s.visitor, s.user_code, s.share_code, s.contact_id, s.first_seen,
                s.last_seen, s.page_views, s.clicks, s.referrer, s.user_agent
              from analytics_sessions s
              where s.organization_id = o.id and s.first_seen >= cast(:from as timestamptz) and s.first_seen < cast(:to as timestamptz)
            """;
    String OF_USER_CODE = " and s.user_code = :userCode ";
    String UP = TimePlace.up("s", "first_seen");
    String DOWN = TimePlace.down("s", "first_seen");

    static Read<List<Session>> byIds(Collection<UUID> ids) {
        return Read.list(
                "select " + COLUMNS + " from analytics_sessions s where s.id = any (cast(:ids as uuid[]))",
                Session.class,
                Map.of("ids", ids));
    }

    /**
     * Sessions of each organization that began in a range, from a place on, oldest or newest first.
     *
     * @param userCode null for any
     */
    static Read<List<Session>> page(
            boolean up, Map<String, ?> place, String from, String to, @Nullable String userCode) {
        Read<List<Session>> page = userCode == null
                ? Read.list(up ? PAGES + UP : PAGES + DOWN, Session.class, place)
                : Read.list(up ? PAGES + OF_USER_CODE + UP : PAGES + OF_USER_CODE + DOWN, Session.class, place)
                        .with("userCode", userCode);
        return page.with("from", from).with("to", to);
    }

    /** The sessions that events belong to, by their places. */
    static Read<Map<SessionPlace, Session>> at(Collection<SessionPlace> places) {
        return Read.map(
                "select k.key, k.at, " + COLUMNS + """
                 from unnest(cast(:keys as uuid[]), cast(:times as timestamptz[])) k(key, at)
                join lateral (
                  select s.id, s.organization_id, s.session_id, s.visitor, s.user_code, s.share_code, s.contact_id,
                    s.first_seen, s.last_seen, s.page_views, s.clicks, s.referrer, s.user_agent
                  from analytics_sessions s
                  where s.session_key = k.key and s.first_seen <= k.at
                  order by s.first_seen desc limit 1) s on s.last_seen >= k.at
                """,
                SessionPlace.class,
                Session.class,
                Map.of(
                        "keys",
                        places.stream().map(SessionPlace::key).toList(),
                        "times",
                        places.stream().map(place -> place.at().toString()).toList()));
    }

    /**
     * How many sessions of each organization began in a range.
     *
     * @param userCode null for any
     */
    static Read<Map<UUID, Long>> count(
            Collection<UUID> organizations, @Nullable String userCode, String from, String to) {
        return Read.counts("""
                        select o.id, (
                          select count(*) from analytics_sessions s
                          where s.organization_id = o.id and s.first_seen >= cast(:from as timestamptz)
                            and s.first_seen < cast(:to as timestamptz)
                            and (cast(:userCode as text) is null or s.user_code = :userCode))
                        from unnest(cast(:organizations as uuid[])) o(id)
                        """, Map.of("organizations", organizations, "from", from, "to", to))
                .with("userCode", userCode);
    }
}
