package dev.pulsegraph.metric;

/** What a series is compared with. */
public enum Comparison {
    PREVIOUS_PERIOD,
    PREVIOUS_YEAR
}
