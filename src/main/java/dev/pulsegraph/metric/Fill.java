package dev.pulsegraph.metric;

/** What a point without samples says. */
public enum Fill {
    ZERO,
    NULL,
    PREVIOUS
}
