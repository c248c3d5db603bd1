package dev.pulsegraph.event;

/** What describes a session beside its codes, in the order of {@code analytics_sessions.dimensions}. */
public enum SessionDimension {
    HOSTNAME(1),
    REFERRER(2),
    SOURCE(3),
    CHANNEL(4),
    UTM_SOURCE(5),
    UTM_MEDIUM(6),
    UTM_CAMPAIGN(7),
    UTM_TERM(8),
    UTM_CONTENT(9),
    COUNTRY(10),
    LANGUAGE(11),
    DEVICE(12),
    BROWSER(13),
    OS(14),
    ENTRY_PATH(15);

    private final int position;

    SessionDimension(int position) {
        this.position = position;
    }

    /** Its place in the array, from 1. */
    public int position() {
        return position;
    }
}
