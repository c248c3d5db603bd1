package dev.pulsegraph.embedding.model;

import dev.pulsegraph.problem.Limit;
import java.time.Duration;
import java.util.List;

/** Makes vectors of texts. Vectors of different models mean different things and are never compared. */
public interface EmbeddingModel {
    @Limit("characters of a text to embed")
    int MAX_TEXT = 10_000;

    /** As the API calls it, such as {@code pulsegraph-hash-1} or {@code text-embedding-3-small}. */
    String name();

    /** How many numbers each of its vectors has. */
    int dimensions();

    /** Whether it answers at once without leaving the process. */
    boolean isLocal();

    /**
     * One vector a text, in their order, each of finite numbers that are not all zero; gives up when it would take
     * longer than {@code patience}.
     *
     * @throws EmbeddingUnavailable when the model cannot answer now
     */
    List<float[]> embed(List<String> texts, Duration timeout);

    /** With the patience of somebody who works in the background. */
    default List<float[]> embed(List<String> texts) {
        return embed(texts, Duration.ofMinutes(5));
    }
}
