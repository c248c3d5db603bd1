package dev.pulsegraph.similarity;

import dev.pulsegraph.database.Idleness;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.request.Json;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
class RecallMonitor {
    private static final Logger LOG = LoggerFactory.getLogger(RecallMonitor.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int QUEUE_SIZE = 20;

    private final SimilarRepository similar;
    private final OperationTransaction transaction;
    private final Idleness idleness;
    private final SearchSettings settings;
    private final Json json;
    private final DistributionSummary recall;
    private final BlockingQueue<Sample> queue = new ArrayBlockingQueue<>(QUEUE_SIZE);
    private final Thread thread;

    RecallMonitor(
            SimilarRepository similar,
            OperationTransaction transaction,
            Idleness idleness,
            SearchSettings settings,
            Json json,
            MeterRegistry meters) {
        this.similar = similar;
        this.transaction = transaction;
        this.idleness = idleness;
        this.settings = settings;
        this.json = json;
        this.recall = DistributionSummary.builder("pulsegraph.embedding.recall.at.k")
                .description("Of the nearest k, the share that searches by index found; 1 is all")
                .register(meters);
        this.thread = Thread.ofVirtual().name("recall").start(this::measure);
    }

    /** Remembers an answer by index now and then; when too many wait already, it is let go. */
    void consider(
            SimilarRepository.SearchSpace space, SimilarQuery query, @Nullable String vector, SimilarResult result) {
        boolean comparable = result.strategy() == SearchStrategy.HNSW
                && query.boost() == null
                && !result.matches().isEmpty();
        if (comparable && ThreadLocalRandom.current().nextInt(settings.recallSample()) == 0) {
            queue.offer(new Sample(space, query, vector, ids(result.matches())));
        }
    }

    @PreDestroy
    void stop() {
        thread.interrupt();
    }

    private void measure() {
        try {
            while (true) {
                Sample sample = queue.take();
                while (!idleness.isIdle(settings.recallMaxLoad())) {
                    Thread.sleep(PAUSE);
                }
                measure(sample);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void measure(Sample sample) {
        try {
            Set<UUID> exact = ids(transaction.asWorker(TIMEOUT, () -> exact(sample)));
            if (!exact.isEmpty()) {
                recall.record(
                        (double) exact.stream().filter(sample.found()::contains).count() / exact.size());
            }
        } catch (RuntimeException | Error e) {
            LOG.warn("The recall of a search could not be measured", e);
        }
    }

    private List<SimilarMatch> exact(Sample sample) {
        Map<String, @Nullable Object> options = sample.query().options();
        options.put("plan", "exact");
        UUID organization = sample.space().organizationId();
        String matches = similar.search(
                        List.of(organization),
                        List.of(organization),
                        List.of(String.valueOf(sample.space().spaceId())),
                        sample.vector(),
                        List.of(json.text(options)))
                .getFirst()
                .matches();
        return json.list(matches, SimilarMatch.class);
    }

    private static Set<UUID> ids(List<SimilarMatch> matches) {
        Set<UUID> ids = new HashSet<>();
        matches.forEach(match -> ids.add(match.entityId()));
        return ids;
    }

    private record Sample(
            SimilarRepository.SearchSpace space,
            SimilarQuery query,
            @Nullable String vector,
            Set<UUID> found) {}
}
