package dev.pulsegraph.embedding;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What makes vectors of an organization's texts.
 *
 * @param waiting texts without a vector, of the model that answers and of the next one
 */
@MappedEntity("embedding_settings")
record EmbeddingSettings(
        @Id UUID organizationId, String model, @Nullable String nextModel, long waiting, String language) {}
