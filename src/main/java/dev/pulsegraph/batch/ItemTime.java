package dev.pulsegraph.batch;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** When something happened, as an item of a batch says it. */
public final class ItemTime {
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Duration MAX_AHEAD = Duration.ofDays(1);

    private ItemTime() {}

    /**
     * The time as PostgreSQL keeps it, in microseconds; refused before the year 2000 and more than a day from now.
     *
     * @param field that says it
     */
    public static Instant checked(String field, Instant at, Instant now) throws InvalidItem {
        if (at.isBefore(EARLIEST) || at.isAfter(now.plus(MAX_AHEAD))) {
            throw new InvalidItem("BAD_TIME", field + ": " + at + " is not between the year 2000 and a day from now.");
        }
        return at.truncatedTo(ChronoUnit.MICROS);
    }
}
