package dev.pulsegraph.ingest;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** An order in which things get done whose preparations overlap. */
final class Turns {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long given;
    private long current;

    /** The turn after all that were given so far. It must be closed, or those after it wait for ever. */
    Turn next() {
        lock.lock();
        try {
            return new Turn(given++);
        } finally {
            lock.unlock();
        }
    }

    /** Ends when it is closed, once those before it have ended. */
    final class Turn implements EventTarget.Turn, AutoCloseable {
        private final long number;

        private Turn(long number) {
            this.number = number;
        }

        @Override
        public void await() {
            lock.lock();
            try {
                while (current < number) {
                    changed.awaitUninterruptibly();
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                await();
                current = number + 1;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
