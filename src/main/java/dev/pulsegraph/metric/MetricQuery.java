package dev.pulsegraph.metric;

import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.series.Aggregation;
import dev.pulsegraph.series.Comparison;
import dev.pulsegraph.series.Fill;
import dev.pulsegraph.time.Granularity;
import dev.pulsegraph.time.TimeRange;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A question about metrics, as it was asked; {@link MetricValidation} says whether it can be answered. */
record MetricQuery(
        List<String> metrics,
        @Nullable EntityType entityType,
        @Nullable List<UUID> entityIds,
        @Nullable List<String> platforms,
        TimeRange range,
        Granularity granularity,
        @Nullable String timeZone,
        @Nullable Aggregation aggregation,
        Set<MetricDimension> groupBy,
        @Nullable Comparison compareTo,
        @Nullable Fill fill,
        @Nullable Integer topGroups,
        boolean explain) {

    MetricQuery {
        metrics = metrics.stream().distinct().toList();
        groupBy = Set.copyOf(groupBy);
    }

    /** The same question about these entities; null for all. */
    MetricQuery about(@Nullable EntityType type, @Nullable List<UUID> entities) {
        return new MetricQuery(
                metrics,
                type,
                entities,
                platforms,
                range,
                granularity,
                timeZone,
                aggregation,
                groupBy,
                compareTo,
                fill,
                topGroups,
                explain);
    }

    boolean isGrouped() {
        return !groupBy.isEmpty();
    }
}
