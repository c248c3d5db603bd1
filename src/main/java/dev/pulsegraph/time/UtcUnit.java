package dev.pulsegraph.time;

import java.time.Duration;
import java.time.Instant;

/** Buckets of a fixed length that follow one another in UTC, whatever clocks do elsewhere; {@code app.quarter_hour} in SQL. */
public enum UtcUnit {
    QUARTER_HOUR(Duration.ofMinutes(15)),
    HOUR(Duration.ofHours(1));

    private final long seconds;

    UtcUnit(Duration length) {
        seconds = length.toSeconds();
    }

    /** Where the bucket begins that an instant lies in. */
    public Instant floor(Instant at) {
        return Instant.ofEpochSecond(Math.floorDiv(at.getEpochSecond(), seconds) * seconds);
    }

    /** Where the first bucket begins that does not begin before an instant. */
    public Instant ceiling(Instant at) {
        Instant floor = floor(at);
        return floor.equals(at) ? at : floor.plusSeconds(seconds);
    }

    /** Where the bucket ends that begins at an instant. */
    public Instant end(Instant begin) {
        return begin.plusSeconds(seconds);
    }

    /** Whether a bucket begins at an instant. */
    public boolean isStart(Instant at) {
        return floor(at).equals(at);
    }
}
