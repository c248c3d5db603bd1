package dev.pulsegraph.embedding;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/** A model whose vectors an organization has. */
@MappedEntity("embedding_models")
public record OrganizationEmbeddingModel(
        UUID organizationId, @Id String name, int dimensions, long vectors, boolean indexed) {}
