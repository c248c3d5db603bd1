package dev.pulsegraph.similarity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pulsegraph.embedding.model.EmbeddingModel;
import dev.pulsegraph.embedding.model.EmbeddingModels;
import dev.pulsegraph.embedding.model.Vectors;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;

/** The vectors of texts that are asked about. The newest are remembered, since dashboards ask again. */
@Singleton
class QueryVectors {
    /** A query waits with a connection in its hands. */
    private static final Duration TIMEOUT = Duration.ofSeconds(4);

    private static final int MAX_CONCURRENT = 3;
    private static final int CACHE_SIZE = 1_000;

    private final EmbeddingModels models;
    private final Semaphore permits = new Semaphore(MAX_CONCURRENT);
    private final Cache<Key, String> cache =
            Caffeine.newBuilder().maximumSize(CACHE_SIZE).build();

    QueryVectors(EmbeddingModels models) {
        this.models = models;
    }

    /** Text of an array of as many numbers as vectors of the model have; bad input when this server cannot make it. */
    String of(String model, String text, int dimensions) {
        EmbeddingModel embedder = models.find(model)
                .filter(found -> found.dimensions() == dimensions)
                .orElseThrow(() -> Problem.badInput(
                        "text",
                        "this server cannot embed with `" + Problem.shown(model)
                                + "`; send the vector that this model makes of it."));
        Key key = new Key(model, text);
        String vector = cache.getIfPresent(key);
        if (vector == null) {
            vector = Vectors.toText(
                    Vectors.unit(embedder.isLocal() ? embed(embedder, text) : embedElsewhere(embedder, text)));
            cache.put(key, vector);
        }
        return vector;
    }

    private float[] embedElsewhere(EmbeddingModel embedder, String text) {
        if (!permits.tryAcquire()) {
            throw Problem.of(
                    ErrorCode.RATE_LIMITED,
                    "Too many texts wait for the model " + embedder.name() + " at this moment; try again.");
        }
        try {
            return embed(embedder, text);
        } finally {
            permits.release();
        }
    }

    private static float[] embed(EmbeddingModel embedder, String text) {
        return embedder.embed(List.of(text), TIMEOUT).getFirst();
    }

    private record Key(String model, String text) {}
}
