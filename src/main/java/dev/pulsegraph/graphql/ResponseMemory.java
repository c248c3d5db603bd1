package dev.pulsegraph.graphql;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much all answers that are being built may hold together: a quarter of the heap. A byte of an answer takes some eight
 * of it while it is made of values, objects and what graphql-java remembers of both.
 */
@Singleton
class ResponseMemory {
    private static final int SHARE_OF_HEAP = 4;
    private static final int HEAP_A_BYTE = 8;

    private final long most;
    private final long mostOfOne;
    private final AtomicLong held = new AtomicLong();

    @Inject
    ResponseMemory(GraphQLSettings settings, MeterRegistry meters) {
        this(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP / HEAP_A_BYTE, settings.maxAnswerBytes());
        Gauge.builder("gql.answers.held", held, AtomicLong::get)
                .description("Bytes of answers that are being built")
                .baseUnit("bytes")
                .register(meters);
    }

    ResponseMemory(long most, long mostOfOne) {
        this.most = most;
        this.mostOfOne = Math.min(mostOfOne, most / 2);
    }

    /** What one answer may hold: what the setting says, as far as the heap has room for two of them. */
    long mostOfOne() {
        return mostOfOne;
    }

    /** Whether there is room for so much more. */
    boolean take(long bytes) {
        if (held.addAndGet(bytes) <= most) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        held.addAndGet(-bytes);
    }
}
