package dev.pulsegraph.metric;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One number of a series. */
record MetricPoint(
        Instant at, @Nullable Double value, int samples, boolean complete, Instant asOf, PointSource source) {}
