package dev.pulsegraph.metric;

import java.util.Locale;

/** How samples become one number. What it makes of them is {@code app.metric_value} in SQL. */
public enum Aggregation {
    SUM,
    AVG,
    MIN,
    MAX,
    COUNT,
    LAST;

    /** Whether totals over entities answer it; the others need each series. */
    boolean isOfTotals() {
        return this == SUM || this == AVG || this == COUNT;
    }

    /** Whether no sample is a sum of nothing rather than nothing known. */
    boolean isZeroOfNothing() {
        return this == SUM || this == COUNT;
    }

    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }
}
