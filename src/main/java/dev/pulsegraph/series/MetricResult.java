package dev.pulsegraph.series;

import dev.pulsegraph.time.Granularity;
import java.util.List;
import org.jspecify.annotations.Nullable;

public record MetricResult(
        List<MetricSeries> series,
        String timeZone,
        Granularity granularity,
        @Nullable MetricPlan plan) {}
