package dev.pulsegraph.similarity;

import dev.pulsegraph.problem.Limit;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * Searching for what is alike.
 *
 * @param recallSample one in how many answers by index is checked against all vectors
 * @param recallMaxLoad the share of the machine's time in use, 0 to 1, above which no answer is checked
 * @param cacheBytes bytes of vectors in memory where the database has no pgvector; at most 1/8 of the heap
 */
@ConfigurationProperties("pulsegraph.embedding")
public record SearchSettings(
        @Bindable(defaultValue = "100") int recallSample,
        @Bindable(defaultValue = "0.5") double recallMaxLoad,
        @Limit @Bindable(defaultValue = "268435456") long cacheBytes) {
    private static final int SHARE_OF_HEAP = 8;

    long maxCacheBytes() {
        return Math.min(cacheBytes, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }
}
