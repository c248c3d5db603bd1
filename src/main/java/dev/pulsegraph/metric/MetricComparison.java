package dev.pulsegraph.metric;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a series is compared with, point by point. */
record MetricComparison(@Nullable Double total, @Nullable Double change, List<MetricPoint> points) {}
