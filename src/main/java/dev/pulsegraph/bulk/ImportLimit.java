package dev.pulsegraph.bulk;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Limit;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.Credentials;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** How many bulk requests run at once: each holds a chunk and the next one, and what is made of them. */
@Singleton
final class ImportLimit {
    @Limit("concurrent bulk imports per caller")
    private static final int OF_A_CALLER = 4;

    private static final int LEAST = 8;
    private static final long HEAP_OF_ONE = 16 * 1024 * 1024;

    private final int most;
    private final Map<String, Integer> running = new HashMap<>();
    private int all;

    ImportLimit() {
        this.most = (int) Math.max(LEAST, Runtime.getRuntime().maxMemory() / HEAP_OF_ONE);
    }

    /** Takes a place, which is given back by its end. */
    synchronized Place take(Credentials credentials) {
        String label = credentials.label();
        int ofCaller = running.getOrDefault(label, 0);
        if (ofCaller >= OF_A_CALLER) {
            throw Problem.of(
                    ErrorCode.RATE_LIMITED,
                    "You have " + OF_A_CALLER
                            + " imports running, which is the maximum; try again when one has finished.");
        }
        if (all >= most) {
            throw Problem.of(
                    ErrorCode.RATE_LIMITED,
                    "This server has reached its limit of concurrent imports; try again in 2 s.");
        }
        running.put(label, ofCaller + 1);
        all++;
        return new Place(label);
    }

    private synchronized void give(String label) {
        all--;
        running.computeIfPresent(label, (any, count) -> count == 1 ? null : count - 1);
    }

    /** Of one request. */
    final class Place implements AutoCloseable {
        private final String label;
        private final AtomicBoolean isOver = new AtomicBoolean();

        private Place(String label) {
            this.label = label;
        }

        @Override
        public void close() {
            if (!isOver.getAndSet(true)) {
                give(label);
            }
        }
    }
}
