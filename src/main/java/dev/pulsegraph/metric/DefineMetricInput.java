package dev.pulsegraph.metric;

import dev.pulsegraph.series.Aggregation;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

record DefineMetricInput(
        UUID organization,
        String name,
        MetricKind kind,
        @Nullable String unit,
        @Nullable Aggregation defaultAggregation,
        @Nullable String description) {

    Aggregation aggregation() {
        if (defaultAggregation != null) {
            return defaultAggregation;
        }
        return switch (kind) {
            case COUNTER, DELTA -> Aggregation.SUM;
            case GAUGE, RATIO -> Aggregation.AVG;
        };
    }
}
