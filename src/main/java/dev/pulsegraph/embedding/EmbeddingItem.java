package dev.pulsegraph.embedding;

import dev.pulsegraph.entity.EntityType;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An embedding to write, good as far as can be told without the database: a vector, a text, or both.
 *
 * @param model null for the one of the organization
 * @param vector of unit length; null when the server is to make it of the text
 * @param metadata a JSON object
 */
@SuppressWarnings("ArrayRecordComponent")
record EmbeddingItem(
        EntityType entityType,
        UUID entity,
        String sourceField,
        int chunkIndex,
        @Nullable String model,
        float @Nullable [] vector,
        @Nullable String text,
        String metadata) {}
