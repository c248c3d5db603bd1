package dev.pulsegraph.metric;

/** What a sample of a metric means. */
public enum MetricKind {
    COUNTER,
    GAUGE,
    DELTA,
    RATIO
}
