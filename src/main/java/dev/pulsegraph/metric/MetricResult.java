package dev.pulsegraph.metric;

import dev.pulsegraph.time.Granularity;
import java.util.List;
import org.jspecify.annotations.Nullable;

record MetricResult(
        List<MetricSeries> series,
        String timeZone,
        Granularity granularity,
        @Nullable MetricPlan plan) {}
