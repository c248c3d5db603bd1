package dev.pulsegraph.embedding.model;

import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.List;

/** The attempts to get one batch embedded: how long to wait between them, and when to give up. */
final class EndpointAttempts {
    private static final double MULTIPLIER = 2;
    /** Somebody else failed at the same moment, and should not come again at the same moment. */
    private static final double JITTER = 0.5;

    private final EndpointSettings settings;
    private final long deadline;
    private final IntervalFunction backoff;
    private int failed;
    private Duration nextWait = Duration.ZERO;

    EndpointAttempts(EndpointSettings settings, long deadline) {
        this.settings = settings;
        this.deadline = deadline;
        this.backoff = IntervalFunction.ofExponentialRandomBackoff(
                settings.initialBackoff(), MULTIPLIER, JITTER, settings.maxBackoff());
    }

    RetryConfig config() {
        return RetryConfig.<List<float[]>>custom()
                .maxAttempts(settings.maxAttempts())
                .retryOnException(this::isRetryable)
                .intervalBiFunction((attempt, outcome) -> nextWait.toMillis())
                .build();
    }

    /** How long the next one may take. */
    Duration timeout() {
        Duration left = left();
        Duration shorter = left.compareTo(settings.timeout()) < 0 ? left : settings.timeout();
        return shorter.toMillis() < 1 ? Duration.ofMillis(1) : shorter;
    }

    private boolean isRetryable(Throwable thrown) {
        if (!(thrown instanceof EndpointFailure failure) || !failure.reason().isRetryable) {
            return false;
        }
        failed++;
        Duration wanted = failure.retryAfter() == null ? Duration.ZERO : failure.retryAfter();
        Duration planned = Duration.ofMillis(backoff.apply(failed));
        nextWait = wanted.compareTo(planned) > 0 ? wanted : planned;
        return wanted.compareTo(settings.maxBackoff()) <= 0 && nextWait.compareTo(left()) < 0;
    }

    private Duration left() {
        return Duration.ofNanos(deadline - System.nanoTime());
    }
}
