package dev.pulsegraph.ingest;

import dev.pulsegraph.http.ByteBudget;
import dev.pulsegraph.security.Credentials;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has many requests share a transaction: while one batch is written, the next is made ready and the one after it gathers. A
 * request is answered after the commit that holds its events, so what was answered is safe.
 *
 * <p>An organization that somebody else writes for a long time is left out of the batch and waited for aside, so that others
 * do not wait with it. What comes for it meanwhile is held back.
 */
final class GroupCommit<E> {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    /** One is written, the other made ready. */
    private static final int BATCHES = 2;
    /** Each takes a connection. When there are as many, everybody waits. One organization may make two. */
    private static final int MOST_ASIDE = 3;

    private static final EventTarget.Turn AT_ONCE = () -> {};

    private final EventTarget<E> target;
    private final BatchWriter<E> writer;
    private final SubmissionQueue<E> queue;
    private final IngestMeters meters;
    private final long patience;
    private final ByteBudget budget;
    private final ReentrantLock taking = new ReentrantLock();
    private final Turns turns = new Turns();
    private final List<Thread> threads;
    private final Semaphore aside = new Semaphore(MOST_ASIDE);
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean closed;

    GroupCommit(EventTarget<E> target, BatchWriter<E> writer, IngestSettings settings, IngestMeters meters) {
        this.target = target;
        this.writer = writer;
        this.meters = meters;
        this.queue = new SubmissionQueue<>(settings.batchEvents(), settings.gather());
        this.patience = settings.patience().toNanos();
        this.budget = new ByteBudget(settings.queueBytes());
        this.threads = IntStream.range(0, BATCHES)
                .mapToObj(i -> system("group commit " + i, this::run))
                .toList();
        meters.watch(budget::used, queue::size);
        threads.forEach(Thread::start);
    }

    ByteBudget budget() {
        return budget;
    }

    /**
     * Reads events, has them written with those of others, and waits for the commit.
     *
     * @param share what they hold of the budget; given back when they are done with, however they end
     */
    List<EventOutcome> commit(
            Credentials.Key key,
            @Nullable String kind,
            List<? extends @Nullable Object> items,
            EventOrigin origin,
            ByteBudget.Share share)
            throws InterruptedException {
        Submission<E> submission = submitted(key, kind, items, origin, share);
        open.incrementAndGet();
        try {
            return submission.answer.get(patience, TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            submission.abandon();
            if (queue.remove(submission)) {
                share.close();
            }
            throw new IngestRefusal(writer.isAway() ? IngestRefusal.Kind.AWAY : IngestRefusal.Kind.LATE);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } finally {
            open.decrementAndGet();
        }
    }

    private Submission<E> submitted(
            Credentials.Key key,
            @Nullable String kind,
            List<? extends @Nullable Object> items,
            EventOrigin origin,
            ByteBudget.Share share) {
        boolean isIn = false;
        try {
            List<E> events =
                    items.stream().map(item -> target.read(kind, item, origin)).toList();
            var submission = new Submission<>(key, events, share);
            isIn = queue.add(submission);
            if (isIn) {
                return submission;
            }
            throw new IngestRefusal(IngestRefusal.Kind.STOPPING);
        } finally {
            if (!isIn) {
                share.close();
            }
        }
    }

    private void run() {
        try {
            for (Batch<E> batch = next(); !batch.submissions.isEmpty(); batch = next()) {
                try {
                    write(batch);
                } catch (RuntimeException | Error e) {
                    failed(batch.submissions, e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the next batch; turns are given in the order in which batches are taken. */
    private Batch<E> next() throws InterruptedException {
        taking.lockInterruptibly();
        try {
            List<Submission<E>> submissions = queue.take();
            return new Batch<>(submissions, turns.next());
        } finally {
            taking.unlock();
        }
    }

    private void write(Batch<E> batch) {
        Set<Submission<E>> busy = new HashSet<>();
        try (Turns.Turn turn = batch.turn) {
            busy.addAll(written(batch.submissions, turn, false));
        }
        batch.submissions.stream()
                .filter(submission -> !busy.contains(submission))
                .forEach(Submission::finish);
        if (!busy.isEmpty()) {
            waitFor(List.copyOf(busy));
        }
    }

    private void waitFor(List<Submission<E>> busy) {
        if (!aside.tryAcquire()) {
            written(busy, AT_ONCE, true);
            busy.forEach(Submission::finish);
            return;
        }
        List<String> keys = busy.stream()
                .map(submission -> submission.key.sha256())
                .distinct()
                .toList();
        queue.hold(keys);
        system("group commit aside", () -> {
                    try {
                        written(busy, AT_ONCE, true);
                        busy.forEach(Submission::finish);
                    } catch (RuntimeException | Error e) {
                        failed(busy, e);
                    } finally {
                        aside.release();
                        queue.release(keys);
                    }
                })
                .start();
    }

    /** One that the system schedules. A virtual one would wait behind thousands of requests after every round trip. */
    private static Thread system(String name, Runnable work) {
        return Thread.ofPlatform().name(name).daemon().unstarted(work);
    }

    /** Those that were left out, if it is not patient. */
    private List<Submission<E>> written(List<Submission<E>> batch, EventTarget.Turn turn, boolean patient) {
        long begin = System.nanoTime();
        List<Submission<E>> busy = List.of();
        try {
            busy = writer.write(batch, turn, patient);
        } catch (RuntimeException | Error e) {
            failed(batch, e);
        }
        meters.committed(
                batch.stream().mapToInt(submission -> submission.events.size()).sum()
                        - busy.stream()
                                .mapToInt(submission -> submission.events.size())
                                .sum(),
                Duration.ofNanos(System.nanoTime() - begin));
        return busy;
    }

    /** Nobody waits for ever, and the thread lives on. */
    private void failed(List<Submission<E>> submissions, Throwable failure) {
        LOG.error("A batch of events failed", failure);
        submissions.forEach(submission -> {
            submission.fail(new IllegalStateException("the batch failed", failure));
            submission.finish();
        });
    }

    /** How many requests wait for their answers. */
    int open() {
        return open.get();
    }

    boolean isClosed() {
        return closed;
    }

    /** Takes nothing more in; what is here already is written by the end of {@link #drain}. */
    void close() {
        closed = true;
        queue.close();
    }

    /** Waits for what is here. */
    boolean drain(Duration longest) throws InterruptedException {
        close();
        long end = System.nanoTime() + longest.toNanos();
        for (Thread thread : threads) {
            if (!thread.join(Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
                return false;
            }
        }
        return true;
    }

    private record Batch<E>(List<Submission<E>> submissions, Turns.Turn turn) {}
}
