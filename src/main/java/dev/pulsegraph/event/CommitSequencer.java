package dev.pulsegraph.event;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The order in which batches are committed whose preparations overlap. */
final class CommitSequencer {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long given;
    private long current;

    /** When a batch is written, of those that are made ready at the same time. */
    @FunctionalInterface
    interface Turn {
        /** Of a batch that waits for no other. */
        Turn IMMEDIATE = () -> {};

        /** Returns when all batches that were taken before this one are done with. */
        void await();
    }

    /** The turn after all that were given so far. It must be closed, or those after it wait for ever. */
    Ticket next() {
        lock.lock();
        try {
            return new Ticket(given++);
        } finally {
            lock.unlock();
        }
    }

    /** A turn that ends when it is closed, once those before it have ended. */
    final class Ticket implements Turn, AutoCloseable {
        private final long number;

        private Ticket(long number) {
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
