package dev.pulsegraph.embedding.model;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What operators see of an endpoint. */
final class EndpointMeters {
    private static final String TAG = "endpoint";

    private final MeterRegistry meters;
    private final String endpoint;

    EndpointMeters(MeterRegistry meters, String endpoint) {
        this.meters = meters;
        this.endpoint = endpoint;
    }

    void watch(BooleanSupplier isOpen) {
        Gauge.builder("pulsegraph.embedding.circuit.open", () -> isOpen.getAsBoolean() ? 1 : 0)
                .description("1 while the circuit of a failing endpoint is open")
                .tag(TAG, endpoint)
                .strongReference(true)
                .register(meters);
    }

    <T> T measure(int texts, Supplier<T> request) {
        long begin = System.nanoTime();
        meters.counter("pulsegraph.embedding.requests", TAG, endpoint).increment();
        try {
            T answer = request.get();
            meters.counter("pulsegraph.embedding.texts", TAG, endpoint).increment(texts);
            return answer;
        } catch (EndpointFailure failure) {
            countFailure(failure.reason().name().toLowerCase(Locale.ROOT));
            throw failure;
        } finally {
            meters.timer("pulsegraph.embedding.duration", TAG, endpoint)
                    .record(Duration.ofNanos(System.nanoTime() - begin));
        }
    }

    void countNotSent(String why) {
        countFailure(why);
    }

    private void countFailure(String reason) {
        meters.counter("pulsegraph.embedding.failures", TAG, endpoint, "reason", reason)
                .increment();
    }
}
