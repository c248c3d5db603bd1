package dev.pulsegraph.embedding;

import dev.pulsegraph.batch.BatchResult;
import dev.pulsegraph.batch.Rejection;
import java.util.List;

/**
 * What became of embeddings.
 *
 * @param waiting how many of those written or unchanged have no vector yet
 */
public record UpsertEmbeddingsPayload(int written, int unchanged, int waiting, List<Rejection> rejected) {
    static UpsertEmbeddingsPayload of(BatchResult result, int waiting) {
        return new UpsertEmbeddingsPayload(result.written(), result.unchanged(), waiting, result.rejected());
    }
}
