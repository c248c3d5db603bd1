package dev.pulsegraph.embedding;

import dev.pulsegraph.embedding.model.EmbeddingModel;

/** A model that this server can make vectors with. */
record AvailableEmbeddingModel(String name, int dimensions, boolean local) {
    static AvailableEmbeddingModel of(EmbeddingModel model) {
        return new AvailableEmbeddingModel(model.name(), model.dimensions(), model.isLocal());
    }
}
