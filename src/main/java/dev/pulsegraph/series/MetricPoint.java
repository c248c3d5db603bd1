package dev.pulsegraph.series;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One number of a series. */
public record MetricPoint(
        Instant at, @Nullable Double value, int samples, boolean complete, Instant asOf, PointSource source) {}
