package dev.pulsegraph.series;

import java.util.Locale;

/** How many values become one number. */
public enum Aggregation {
    SUM,
    AVG,
    MIN,
    MAX,
    COUNT,
    LAST;

    /** Whether it can be made of sums, as rollups over entities have them; the others need each series. */
    public boolean isOfTotals() {
        return this == SUM || this == AVG || this == COUNT;
    }

    /** What it makes of nothing: a sum is 0, a mean is not known. */
    public boolean isZeroOfNothing() {
        return this == SUM || this == COUNT;
    }

    /** As columns have it. */
    public String stored() {
        return name().toLowerCase(Locale.ROOT);
    }
}
