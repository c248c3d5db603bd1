package dev.pulsegraph.event;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Submissions that wait, until somebody takes as many as fit into a batch. Keys take turns, with a submission each time, and
 * those of a key stay in the order they came: who sends little waits for no more than a batch, however much others send.
 */
final class SubmissionQueue {
    private final int batchEvents;
    private final long linger;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** By key, the one whose turn it is first. None is empty. */
    private final LinkedHashMap<String, ArrayDeque<Submission>> waiting = new LinkedHashMap<>();
    /** Those of keys that are not taken for now. */
    private final Map<String, ArrayDeque<Submission>> heldBack = new HashMap<>();

    /** How often each is held. */
    private final Map<String, Integer> held = new HashMap<>();

    private int submissions;
    private int events;
    /** When the first came of those that wait, or earlier. */
    private long since;

    private boolean closed;

    SubmissionQueue(int batchEvents, Duration linger) {
        this.batchEvents = batchEvents;
        this.linger = linger.toNanos();
    }

    /** Takes it in, unless the queue is closed. */
    boolean add(Submission submission) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            String key = submission.key.sha256();
            if (held.containsKey(key)) {
                heldBack.computeIfAbsent(key, any -> new ArrayDeque<>()).add(submission);
                return true;
            }
            if (waiting.isEmpty()) {
                since = submission.arrivedAt;
            }
            waiting.computeIfAbsent(key, any -> new ArrayDeque<>()).add(submission);
            submissions++;
            events += submission.events.size();
            if (submissions == 1 || events >= batchEvents) {
                changed.signalAll();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether it was still waiting, so that nobody will write it now. */
    boolean remove(Submission submission) {
        lock.lock();
        try {
            if (remove(heldBack, submission)) {
                return true;
            }
            boolean removed = remove(waiting, submission);
            if (removed) {
                submissions--;
                events -= submission.events.size();
            }
            return removed;
        } finally {
            lock.unlock();
        }
    }

    private static boolean remove(Map<String, ArrayDeque<Submission>> queues, Submission submission) {
        String key = submission.key.sha256();
        ArrayDeque<Submission> queue = queues.get(key);
        if (queue == null || !queue.remove(submission)) {
            return false;
        }
        if (queue.isEmpty()) {
            queues.remove(key);
        }
        return true;
    }

    /** A batch, for which the first to come waits a moment; nothing when the queue is closed and empty. */
    List<Submission> take() throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                while (waiting.isEmpty()) {
                    if (closed && held.isEmpty()) {
                        return List.of();
                    }
                    changed.await();
                }
                long left = since + linger - System.nanoTime();
                if (closed || events >= batchEvents || left <= 0) {
                    return batch();
                }
                changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private List<Submission> batch() {
        List<Submission> batch = new ArrayList<>();
        int taken = 0;
        while (!waiting.isEmpty()) {
            Map.Entry<String, ArrayDeque<Submission>> turn = waiting.firstEntry();
            int size = turn.getValue().getFirst().events.size();
            if (!batch.isEmpty() && taken + size > batchEvents) {
                break;
            }
            taken += size;
            batch.add(turn.getValue().removeFirst());
            waiting.pollFirstEntry();
            if (!turn.getValue().isEmpty()) {
                waiting.putLast(turn.getKey(), turn.getValue());
            }
        }
        submissions -= batch.size();
        events -= taken;
        return batch;
    }

    /** Takes nothing of these keys until as many {@link #release}; what comes waits behind. */
    void hold(Collection<String> keys) {
        lock.lock();
        try {
            for (String key : keys) {
                held.merge(key, 1, Integer::sum);
                ArrayDeque<Submission> queue = waiting.remove(key);
                if (queue != null) {
                    submissions -= queue.size();
                    events -= count(queue);
                    heldBack.computeIfAbsent(key, any -> new ArrayDeque<>()).addAll(queue);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    void release(Collection<String> keys) {
        lock.lock();
        try {
            for (String key : keys) {
                if (held.computeIfPresent(key, (any, times) -> times == 1 ? null : times - 1) != null) {
                    continue;
                }
                ArrayDeque<Submission> queue = heldBack.remove(key);
                if (queue != null) {
                    if (waiting.isEmpty()) {
                        since = queue.getFirst().arrivedAt;
                    }
                    submissions += queue.size();
                    events += count(queue);
                    waiting.put(key, queue);
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static int count(Collection<Submission> queue) {
        return queue.stream().mapToInt(submission -> submission.events.size()).sum();
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
            return submissions
                    + heldBack.values().stream().mapToInt(ArrayDeque::size).sum();
        } finally {
            lock.unlock();
        }
    }
}
