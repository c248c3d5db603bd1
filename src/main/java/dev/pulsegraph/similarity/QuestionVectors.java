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
class QuestionVectors {
    /** A question waits with a connection in its hands. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private static final int AT_ONCE = 3;
    private static final int REMEMBERED = 1_000;

    private final EmbeddingModels models;
    private final Semaphore elsewhere = new Semaphore(AT_ONCE);
    private final Cache<Question, String> known =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    QuestionVectors(EmbeddingModels models) {
        this.models = models;
    }

    /** Text of an array of as many numbers as vectors of the model have; bad input when this server cannot make it. */
    String of(String model, String text, int dimensions) {
        EmbeddingModel maker = models.find(model)
                .filter(found -> found.dimensions() == dimensions)
                .orElseThrow(() -> Problem.badInput(
                        "text",
                        "this server cannot embed with `" + Problem.shown(model)
                                + "`; send the vector that this model makes of it."));
        Question question = new Question(model, text);
        String vector = known.getIfPresent(question);
        if (vector == null) {
            vector = Vectors.written(Vectors.unit(maker.isLocal() ? make(maker, text) : ask(maker, text)));
            known.put(question, vector);
        }
        return vector;
    }

    private float[] ask(EmbeddingModel maker, String text) {
        if (!elsewhere.tryAcquire()) {
            throw Problem.of(
                    ErrorCode.RATE_LIMITED,
                    "Too many texts wait for the model " + maker.name() + " at this moment; try again.");
        }
        try {
            return make(maker, text);
        } finally {
            elsewhere.release();
        }
    }

    private static float[] make(EmbeddingModel maker, String text) {
        return maker.embed(List.of(text), PATIENCE).getFirst();
    }

    private record Question(String model, String text) {}
}
