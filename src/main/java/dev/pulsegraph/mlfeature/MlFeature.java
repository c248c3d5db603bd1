package dev.pulsegraph.mlfeature;

import dev.pulsegraph.entity.EntityType;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.model.DataType;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A feature vector: what a model computed of an entity. */
@MappedEntity("ml_features")
public record MlFeature(
        @Id UUID entityId,
        UUID organizationId,
        EntityType entityType,
        String featureSet,
        int version,
        @TypeDef(type = DataType.DOUBLE_ARRAY) List<Double> values,
        Instant computedAt) {}
