package dev.pulsegraph.embedding;

import dev.pulsegraph.request.Rejection;
import java.util.List;

/**
 * What became of embeddings.
 *
 * @param waiting how many of those written or unchanged have no vector yet
 */
public record UpsertEmbeddingsPayload(int written, int unchanged, int waiting, List<Rejection> rejected) {}
