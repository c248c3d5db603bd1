package dev.pulsegraph.metric;

/** Where a number was read. */
public enum PointSource {
    ROLLUP,
    RAW,
    MIXED
}
