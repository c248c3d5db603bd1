package dev.pulsegraph.series;

import dev.pulsegraph.time.Buckets;

/** What a series is compared with. */
public enum Comparison {
    PREVIOUS_PERIOD,
    PREVIOUS_YEAR;

    /** The buckets that given ones are compared with, one each. */
    Buckets before(Buckets buckets) {
        return switch (this) {
            case PREVIOUS_PERIOD -> buckets.previousPeriod();
            case PREVIOUS_YEAR -> buckets.previousYear();
        };
    }
}
