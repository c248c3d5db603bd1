package dev.pulsegraph.metric;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The newest value of a metric over all platforms. */
record MetricValue(
        String metric, @Nullable String unit, double value, Instant recordedAt, List<PlatformValue> platforms) {}
