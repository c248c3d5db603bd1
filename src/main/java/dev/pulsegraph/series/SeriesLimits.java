package dev.pulsegraph.series;

import dev.pulsegraph.problem.Limit;

/** The bounds on an answer of series. */
public final class SeriesLimits {
    @Limit("points of a series")
    public static final int MAX_POINTS = 5000;

    @Limit("groups of a metric query")
    public static final int MAX_GROUPS = 200;

    @Limit("values in the result of a metric query")
    public static final int MAX_NUMBERS = 100_000;

    private SeriesLimits() {}
}
