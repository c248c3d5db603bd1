package dev.pulsegraph.series;

import dev.pulsegraph.entity.EntityType;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One metric, of one group, over time. */
public record MetricSeries(
        String metric,
        @Nullable String unit,
        Aggregation aggregation,
        @Nullable String platform,
        @Nullable EntityType entityType,
        @Nullable UUID entityId,
        @Nullable String group,
        boolean other,
        List<MetricPoint> points,
        @Nullable Double total,
        @Nullable MetricComparison comparison) {}
