package dev.pulsegraph.metric;

import dev.pulsegraph.series.Aggregation;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@MappedEntity("metric_definitions")
public record MetricDefinition(
        UUID organizationId,
        @Id String name,
        @Nullable String unit,
        MetricKind kind,
        Aggregation defaultAggregation,
        @Nullable String description,
        boolean builtIn) {}
