package dev.pulsegraph.embedding.model;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.retry.Retry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A model behind an OpenAI-compatible endpoint. Texts go in batches, one after the other. A request that fails for a reason
 * that may pass is sent again, later; an endpoint that fails again and again is left alone for a while.
 */
final class EndpointModel implements EmbeddingModel {
    private static final int WINDOW_SIZE = 10;
    private static final int MIN_CALLS = 5;

    private final EndpointSettings settings;
    private final EndpointClient client;
    private final EndpointMeters meters;
    private final CircuitBreaker circuit;
    private final Bulkhead bulkhead;

    EndpointModel(EndpointSettings settings, EndpointClient client, EndpointMeters meters, Clock clock) {
        this.settings = settings;
        this.client = client;
        this.meters = meters;
        this.circuit = CircuitBreaker.of(
                settings.id(),
                CircuitBreakerConfig.custom()
                        .clock(clock)
                        .slidingWindowSize(WINDOW_SIZE)
                        .minimumNumberOfCalls(MIN_CALLS)
                        .waitDurationInOpenState(settings.circuitOpenTime())
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .ignoreException(thrown ->
                                !(thrown instanceof EndpointFailure failure) || !failure.reason().countsAgainstEndpoint)
                        .writableStackTraceEnabled(false)
                        .build());
        this.bulkhead = Bulkhead.of(
                settings.id(),
                BulkheadConfig.custom()
                        .maxConcurrentCalls(settings.concurrency())
                        .maxWaitDuration(settings.timeout())
                        .writableStackTraceEnabled(false)
                        .build());
        meters.watch(() -> circuit.getState() == CircuitBreaker.State.OPEN);
    }

    @Override
    public String name() {
        return settings.modelName();
    }

    @Override
    public int dimensions() {
        return settings.size();
    }

    @Override
    public boolean isLocal() {
        return false;
    }

    @Override
    public List<float[]> embed(List<String> texts, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        List<float[]> vectors = new ArrayList<>(texts.size());
        for (List<String> batch : TextBatches.of(texts, settings.batchSize(), settings.batchCharacters())) {
            vectors.addAll(embedBatch(batch, deadline));
        }
        return vectors;
    }

    private List<float[]> embedBatch(List<String> batch, long deadline) {
        var attempts = new EndpointAttempts(settings, deadline);
        try {
            return Retry.of(settings.id(), attempts.config())
                    .executeSupplier(() -> circuit.executeSupplier(
                            () -> bulkhead.executeSupplier(() -> request(batch, attempts.timeout()))));
        } catch (EndpointFailure failure) {
            throw failure.reason() == EndpointFailure.Reason.TEXTS
                    ? EmbeddingUnavailable.becauseOfTexts(name(), failure.sentence())
                    : EmbeddingUnavailable.of(name(), failure.sentence());
        } catch (CallNotPermittedException open) {
            meters.countNotSent("circuit_open");
            throw EmbeddingUnavailable.of(name(), "its endpoint failed repeatedly and is paused for a while.");
        } catch (BulkheadFullException full) {
            meters.countNotSent("busy");
            throw EmbeddingUnavailable.of(name(), "too many requests are on their way to its endpoint already.");
        }
    }

    private List<float[]> request(List<String> batch, Duration timeout) {
        return meters.measure(batch.size(), () -> client.send(batch, timeout));
    }
}
