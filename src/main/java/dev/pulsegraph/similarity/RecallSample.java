package dev.pulsegraph.similarity;

import dev.pulsegraph.database.Idleness;
import dev.pulsegraph.database.OperationTransaction;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures what the index misses: one in so many answers by index is looked up again by comparing all vectors, once the
 * server has nothing else to do, and the share of those that the index found too is {@code pulsegraph_embedding_recall_at_k}.
 */
@Singleton
class RecallSample {
    private static final Logger LOG = LoggerFactory.getLogger(RecallSample.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int WAITING = 20;

    private final SimilarRepository similar;
    private final OperationTransaction transaction;
    private final Idleness idleness;
    private final SearchSettings settings;
    private final JsonMapper json;
    private final DistributionSummary recall;
    private final BlockingQueue<Answered> waiting = new ArrayBlockingQueue<>(WAITING);
    private final Thread measuring;

    RecallSample(
            SimilarRepository similar,
            OperationTransaction transaction,
            Idleness idleness,
            SearchSettings settings,
            JsonMapper json,
            MeterRegistry meters) {
        this.similar = similar;
        this.transaction = transaction;
        this.idleness = idleness;
        this.settings = settings;
        this.json = json;
        this.recall = DistributionSummary.builder("pulsegraph.embedding.recall.at.k")
                .description("Of the nearest k, the share that searches by index found; 1 is all")
                .register(meters);
        this.measuring = Thread.ofVirtual().name("recall").start(this::measure);
    }

    /** Remembers an answer by index now and then; when too many wait already, it is let go. */
    void consider(
            SimilarRepository.Ground ground, SimilarQuestion question, @Nullable String vector, SimilarResult result) {
        boolean comparable = result.strategy() == SearchStrategy.HNSW
                && question.boost() == null
                && !result.matches().isEmpty();
        if (comparable && ThreadLocalRandom.current().nextInt(settings.recallSample()) == 0) {
            waiting.offer(new Answered(ground, question, vector, ids(result.matches())));
        }
    }

    @PreDestroy
    void stop() {
        measuring.interrupt();
    }

    private void measure() {
        try {
            while (true) {
                Answered answered = waiting.take();
                while (!idleness.isIdle(settings.recallBelow())) {
                    Thread.sleep(PAUSE);
                }
                measure(answered);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void measure(Answered answered) {
        try {
            Set<UUID> exact = ids(transaction.asWorker(TIMEOUT, () -> exact(answered)));
            if (!exact.isEmpty()) {
                recall.record((double) exact.stream()
                                .filter(answered.found()::contains)
                                .count()
                        / exact.size());
            }
        } catch (RuntimeException | Error e) {
            LOG.warn("The recall of a search could not be measured", e);
        }
    }

    private List<SimilarMatch> exact(Answered answered) {
        SimilarRepository.Answer answer = similar.search(
                        List.of(answered.ground()), answered.question(), answered.vector(), "exact")
                .getFirst();
        try {
            return json.readValue(String.valueOf(answer.matches()), Argument.listOf(SimilarMatch.class));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Set<UUID> ids(List<SimilarMatch> matches) {
        Set<UUID> ids = new HashSet<>();
        matches.forEach(match -> ids.add(match.entityId()));
        return ids;
    }

    private record Answered(
            SimilarRepository.Ground ground,
            SimilarQuestion question,
            @Nullable String vector,
            Set<UUID> found) {}
}
