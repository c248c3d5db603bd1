package dev.pulsegraph.traffic;

import dev.pulsegraph.event.SessionDimension;
import org.jspecify.annotations.Nullable;

/** What sessions, or their views and clicks, may have in common. */
public enum TrafficDimension {
    PATH("coalesce(r.path, '')"),
    ENTRY_PATH(SessionDimension.ENTRY_PATH),
    EXIT_PATH(Kind.EXIT, null, null),
    HOSTNAME(SessionDimension.HOSTNAME),
    REFERRER(SessionDimension.REFERRER),
    SOURCE(SessionDimension.SOURCE),
    CHANNEL(SessionDimension.CHANNEL),
    UTM_SOURCE(SessionDimension.UTM_SOURCE),
    UTM_MEDIUM(SessionDimension.UTM_MEDIUM),
    UTM_CAMPAIGN(SessionDimension.UTM_CAMPAIGN),
    UTM_TERM(SessionDimension.UTM_TERM),
    UTM_CONTENT(SessionDimension.UTM_CONTENT),
    COUNTRY(SessionDimension.COUNTRY),
    LANGUAGE(SessionDimension.LANGUAGE),
    DEVICE(SessionDimension.DEVICE),
    BROWSER(SessionDimension.BROWSER),
    OS(SessionDimension.OS),
    PAGE_TYPE("r.page_type"),
    CLICK_TARGET("r.click_target"),
    OUTBOUND_LINK("r.outbound_link"),
    EVENT_NAME("r.name");

    private final Kind kind;
    private final @Nullable SessionDimension ofSession;
    private final @Nullable String sql;

    TrafficDimension(Kind kind, @Nullable SessionDimension ofSession, @Nullable String sql) {
        this.kind = kind;
        this.ofSession = ofSession;
        this.sql = sql;
    }

    TrafficDimension(SessionDimension ofSession) {
        this(Kind.SESSION, ofSession, null);
    }

    TrafficDimension(String sql) {
        this(Kind.ROW, null, sql);
    }

    public Kind kind() {
        return kind;
    }

    /** The place in {@code analytics_sessions.dimensions}; null for what sessions do not keep. */
    public @Nullable Integer position() {
        return ofSession == null ? null : ofSession.position();
    }

    /** The value of a row {@code r} of {@link TrafficRows}, null when it has none; null for what rows do not tell. */
    public @Nullable String sql() {
        return sql;
    }

    /** Where the value is. */
    public enum Kind {
        /** With the session. */
        SESSION,
        /** With each view or click. */
        ROW,
        /** With the last view of the session. */
        EXIT
    }
}
