package dev.pulsegraph.metric;

import dev.pulsegraph.entity.EntityType;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One reading of one metric, good as far as can be told without the database.
 *
 * @param value at most 12 decimal places, below 10^18
 * @param recordedAt to the microsecond
 * @param metadata a JSON object
 */
public record MetricSample(
        String metric,
        EntityType entityType,
        UUID entityId,
        String platform,
        BigDecimal value,
        Instant recordedAt,
        @Nullable String metadata) {}
