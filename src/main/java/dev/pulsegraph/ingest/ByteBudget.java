package dev.pulsegraph.ingest;

import java.util.concurrent.atomic.AtomicLong;

/** So many bytes of requests may be in the process at once. What does not fit is sent back, not kept. */
final class ByteBudget {
    private final long bound;
    private final AtomicLong used = new AtomicLong();

    ByteBudget(long bound) {
        this.bound = bound;
    }

    long used() {
        return used.get();
    }

    boolean isSpent() {
        return used.get() >= bound;
    }

    Share share() {
        return new Share();
    }

    /** What one request holds. */
    final class Share implements AutoCloseable {
        private long held;

        /** Takes more, unless there is too little left. */
        boolean take(long bytes) {
            if (used.addAndGet(bytes) > bound) {
                used.addAndGet(-bytes);
                return false;
            }
            synchronized (this) {
                held += bytes;
            }
            return true;
        }

        /** Gives all of it back, once. */
        @Override
        public void close() {
            long given;
            synchronized (this) {
                given = held;
                held = 0;
            }
            used.addAndGet(-given);
        }
    }
}
