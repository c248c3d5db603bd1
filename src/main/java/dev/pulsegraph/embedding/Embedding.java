package dev.pulsegraph.embedding;

import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.paging.Identified;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.model.DataType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A vector of one chunk of one field of an entity, by one model, with the text it was made of. */
@MappedEntity("embeddings")
public record Embedding(
        @Id UUID id,
        UUID organizationId,
        EntityType entityType,
        UUID entityId,
        String sourceField,
        int chunkIndex,
        String model,
        int dimensions,
        @TypeDef(type = DataType.FLOAT_ARRAY) @Nullable List<Float> vector,
        @Nullable String text,
        @TypeDef(type = DataType.JSON) Map<String, Object> metadata,
        Instant updatedAt)
        implements Identified {}
