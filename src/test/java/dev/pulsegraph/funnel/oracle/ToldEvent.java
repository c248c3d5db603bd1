package dev.pulsegraph.funnel.oracle;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event as it was told.
 *
 * @param kind what it is: an event, a page or a click
 * @param what its name, path or target
 * @param plan a property of it
 */
public record ToldEvent(
        String visitor,
        Instant at,
        Kind kind,
        String what,
        @Nullable String plan,
        @Nullable String userCode) {

    /** What an event is. */
    public enum Kind {
        EVENT,
        PAGE,
        CLICK
    }
}
