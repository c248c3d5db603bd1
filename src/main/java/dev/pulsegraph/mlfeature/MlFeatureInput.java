package dev.pulsegraph.mlfeature;

import dev.pulsegraph.entity.EntityType;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A feature vector, good as far as can be told without the database.
 *
 * @param computedAt null for now
 */
record MlFeatureInput(
        EntityType entityType,
        UUID entity,
        String featureSet,
        int version,
        List<Double> values,
        @Nullable Instant computedAt) {}
