package dev.pulsegraph.metric;

import dev.pulsegraph.series.Aggregation;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

public record MetricDefinition(
        UUID organizationId,
        String name,
        @Nullable String unit,
        MetricKind kind,
        Aggregation defaultAggregation,
        @Nullable String description,
        boolean builtIn) {}
