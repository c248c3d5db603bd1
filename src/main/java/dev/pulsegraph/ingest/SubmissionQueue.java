package dev.pulsegraph.ingest;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Submissions in the order they came, until somebody takes as many as fit into a batch. */
final class SubmissionQueue<E> {
    private final int batchEvents;
    private final long gather;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Submission<E>> waiting = new ArrayDeque<>();
    private int events;
    private boolean closed;

    SubmissionQueue(int batchEvents, Duration gather) {
        this.batchEvents = batchEvents;
        this.gather = gather.toNanos();
    }

    /** Takes it in, unless the queue is closed. */
    boolean add(Submission<E> submission) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            waiting.add(submission);
            events += submission.events.size();
            if (waiting.size() == 1 || events >= batchEvents) {
                changed.signalAll();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether it was still waiting, so that nobody will write it now. */
    boolean remove(Submission<E> submission) {
        lock.lock();
        try {
            boolean removed = waiting.remove(submission);
            if (removed) {
                events -= submission.events.size();
            }
            return removed;
        } finally {
            lock.unlock();
        }
    }

    /** A batch, for which the first to come waits a moment; nothing when the queue is closed and empty. */
    List<Submission<E>> take() throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                while (waiting.isEmpty()) {
                    if (closed) {
                        return List.of();
                    }
                    changed.await();
                }
                long left = waiting.getFirst().arrivedAt + gather - System.nanoTime();
                if (closed || events >= batchEvents || left <= 0) {
                    return batch();
                }
                changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private List<Submission<E>> batch() {
        List<Submission<E>> batch = new ArrayList<>();
        int taken = 0;
        while (!waiting.isEmpty()
                && (batch.isEmpty() || taken + waiting.getFirst().events.size() <= batchEvents)) {
            Submission<E> next = waiting.removeFirst();
            taken += next.events.size();
            batch.add(next);
        }
        events -= taken;
        return batch;
    }

    /** Takes nothing more in. What waits can still be taken out. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }
}
