package dev.pulsegraph.event;

import dev.pulsegraph.problem.Limit;
import java.util.regex.Pattern;

/** How large an event and its fields may be, by whatever way it comes. Constraints of the tables say the same. */
public final class EventLimits {
    @Limit(value = "size of an event as JSON", unit = "bytes")
    static final int MAX_EVENT = 32 * 1024;
    /** Of properties or a context, as JSON. */
    static final int MAX_OBJECT = 32 * 1024;

    /** Of names, message ids and targets of clicks. */
    static final int MAX_TEXT = 255;
    /** Of visitors, users, sessions and codes. */
    public static final int MAX_ID = 200;

    static final int MAX_USER_AGENT = 1000;
    static final int MAX_REFERRER = 2000;
    /** Of what is longer, the beginning is the path. */
    static final int MAX_PATH = 500;

    static final int MAX_PAGE_TYPE = 50;
    static final Pattern PAGE_TYPE = Pattern.compile("[a-z0-9._-]{1," + MAX_PAGE_TYPE + "}");

    private EventLimits() {}
}
