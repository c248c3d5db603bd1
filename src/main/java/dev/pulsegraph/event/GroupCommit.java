package dev.pulsegraph.event;

import dev.pulsegraph.http.InFlightLimit;
import dev.pulsegraph.security.Credentials;
import jakarta.inject.Singleton;
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
@Singleton
class GroupCommit {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    /** One is written, the other made ready. */
    private static final int BATCHES = 2;
    /** Each takes a connection. When there are as many, everybody waits. One organization may make two. */
    private static final int MAX_DETACHED = 3;

    private final EventSink sink;
    private final BatchWriter writer;
    private final SubmissionQueue queue;
    private final IngestMeters meters;
    private final long timeout;
    private final InFlightLimit inFlight;
    private final ReentrantLock taking = new ReentrantLock();
    private final CommitSequencer sequencer = new CommitSequencer();
    private final List<Thread> threads;
    private final Semaphore detached = new Semaphore(MAX_DETACHED);
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean closed;

    GroupCommit(
            EventSink sink, BatchWriter writer, IngestSettings settings, IngestMeters meters, IngestShutdown shutdown) {
        this.sink = sink;
        this.writer = writer;
        this.meters = meters;
        this.queue = new SubmissionQueue(settings.batchEvents(), settings.batchLinger());
        this.timeout = settings.commitTimeout().toNanos();
        this.inFlight = new InFlightLimit(settings.queueBytes());
        this.threads = IntStream.range(0, BATCHES)
                .mapToObj(i -> system("group commit " + i, this::run))
                .toList();
        meters.watch(inFlight::used, queue::size, open::get);
        threads.forEach(Thread::start);
        shutdown.register(this);
    }

    InFlightLimit inFlight() {
        return inFlight;
    }

    /**
     * Reads events, has them written with those of others, and waits for the commit.
     *
     * @param share what they hold of the limit; given back when they are done with, however they end
     */
    List<EventReceipt> commit(
            Credentials.Key key,
            @Nullable String kind,
            List<? extends @Nullable Object> items,
            EventOrigin origin,
            InFlightLimit.Share share)
            throws InterruptedException {
        Submission submission = submit(key, kind, items, origin, share);
        open.incrementAndGet();
        try {
            return submission.answer.get(timeout, TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            submission.abandon();
            if (queue.remove(submission)) {
                share.close();
            }
            throw new IngestProblem(writer.isAway() ? IngestProblem.Kind.AWAY : IngestProblem.Kind.LATE);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } finally {
            open.decrementAndGet();
        }
    }

    private Submission submit(
            Credentials.Key key,
            @Nullable String kind,
            List<? extends @Nullable Object> items,
            EventOrigin origin,
            InFlightLimit.Share share) {
        boolean isIn = false;
        try {
            List<ReceivedEvent> events =
                    items.stream().map(item -> sink.read(kind, item, origin)).toList();
            var submission = new Submission(key, events, share);
            isIn = queue.add(submission);
            if (isIn) {
                return submission;
            }
            throw new IngestProblem(IngestProblem.Kind.STOPPING);
        } finally {
            if (!isIn) {
                share.close();
            }
        }
    }

    private void run() {
        try {
            for (Batch batch = next(); !batch.submissions.isEmpty(); batch = next()) {
                try {
                    write(batch);
                } catch (RuntimeException | Error e) {
                    fail(batch.submissions, e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the next batch; turns are given in the order in which batches are taken. */
    private Batch next() throws InterruptedException {
        taking.lockInterruptibly();
        try {
            List<Submission> submissions = queue.take();
            return new Batch(submissions, sequencer.next());
        } finally {
            taking.unlock();
        }
    }

    private void write(Batch batch) {
        Set<Submission> busy = new HashSet<>();
        try (CommitSequencer.Ticket turn = batch.turn) {
            busy.addAll(write(batch.submissions, turn, false));
        }
        batch.submissions.stream()
                .filter(submission -> !busy.contains(submission))
                .forEach(Submission::finish);
        if (!busy.isEmpty()) {
            writeDetached(List.copyOf(busy));
        }
    }

    private void writeDetached(List<Submission> busy) {
        if (!detached.tryAcquire()) {
            write(busy, CommitSequencer.Turn.IMMEDIATE, true);
            busy.forEach(Submission::finish);
            return;
        }
        List<String> keys = busy.stream()
                .map(submission -> submission.key.sha256())
                .distinct()
                .toList();
        queue.hold(keys);
        system("group commit detached", () -> {
                    try {
                        write(busy, CommitSequencer.Turn.IMMEDIATE, true);
                        busy.forEach(Submission::finish);
                    } catch (RuntimeException | Error e) {
                        fail(busy, e);
                    } finally {
                        detached.release();
                        queue.release(keys);
                    }
                })
                .start();
    }

    /** One that the system schedules. A virtual one would wait behind thousands of requests after every round trip. */
    private static Thread system(String name, Runnable work) {
        return Thread.ofPlatform().name(name).daemon().unstarted(work);
    }

    /** Answers those that were left out, unless it waits for locks. */
    private List<Submission> write(List<Submission> batch, CommitSequencer.Turn turn, boolean waitsForLocks) {
        long begin = System.nanoTime();
        List<Submission> busy = List.of();
        try {
            busy = writer.write(batch, turn, waitsForLocks);
        } catch (RuntimeException | Error e) {
            fail(batch, e);
        }
        meters.recordCommit(
                batch.stream().mapToInt(submission -> submission.events.size()).sum()
                        - busy.stream()
                                .mapToInt(submission -> submission.events.size())
                                .sum(),
                Duration.ofNanos(System.nanoTime() - begin));
        return busy;
    }

    /** Nobody waits for ever, and the thread lives on. */
    private void fail(List<Submission> submissions, Throwable failure) {
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
    boolean drain(Duration timeout) throws InterruptedException {
        close();
        long end = System.nanoTime() + timeout.toNanos();
        for (Thread thread : threads) {
            if (!thread.join(Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
                return false;
            }
        }
        return true;
    }

    private record Batch(List<Submission> submissions, CommitSequencer.Ticket turn) {}
}
