package dev.pulsegraph.metric;

/** What series are split by. */
public enum MetricDimension {
    PLATFORM,
    ENTITY
}
