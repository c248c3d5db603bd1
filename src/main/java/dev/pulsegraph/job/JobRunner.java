package dev.pulsegraph.job;

import dev.pulsegraph.database.OperationTransaction;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.micronaut.scheduling.TaskScheduler;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs when they are due. Which are due is decided in the database, by its clock and for all nodes together: a claim
 * is a row of {@code job_runs} with a lease, which this node renews for as long as it lives and the job runs.
 */
@Singleton
public class JobRunner {
    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);
    /** Not {@code job}: that is what Prometheus calls whom it asks. */
    private static final String LABEL = "job.name";

    private static final Duration TICK = Duration.ofSeconds(5);
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final Duration RENEWAL = Duration.ofSeconds(15);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
    /** Each may hold a connection, and most of them are for requests. */
    private static final int AT_ONCE = 2;

    private final Jobs jobs;
    private final JobRunRepository runs;
    private final OperationTransaction transaction;
    private final TaskScheduler scheduler;
    private final MeterRegistry meters;
    private final Clock clock;
    private final JobSettings settings;
    private final String node = ManagementFactory.getRuntimeMXBean().getName();
    private final Map<UUID, Thread> running = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> lastSuccesses = new ConcurrentHashMap<>();
    private @Nullable ScheduledFuture<?> ticking;
    private boolean stopped;
    private boolean failing;

    JobRunner(
            Jobs jobs,
            JobRunRepository runs,
            OperationTransaction transaction,
            TaskScheduler scheduler,
            MeterRegistry meters,
            Clock clock,
            JobSettings settings) {
        this.jobs = jobs;
        this.runs = runs;
        this.transaction = transaction;
        this.scheduler = scheduler;
        this.meters = meters;
        this.clock = clock;
        this.settings = settings;
    }

    /** Only a server runs jobs by itself; a command does not. Nodes that start together do not ask together. */
    @EventListener
    synchronized void start(ServerStartupEvent event) {
        if (settings.enabled()) {
            Duration jitter = Duration.ofMillis(ThreadLocalRandom.current().nextLong(TICK.toMillis()));
            ticking = scheduler.scheduleWithFixedDelay(TICK.plus(jitter), TICK, this::tick);
        }
    }

    /** Has the job begin when this operation is committed. */
    public JobState request(String name) {
        JobState state = jobs.request(name);
        if (settings.enabled()) {
            // A thread of its own: the one that commits still belongs to the operation.
            transaction.afterCommit(() -> Thread.ofVirtual().name("jobs").start(this::tick));
        }
        return state;
    }

    /** Runs the job here and now, unless it is running somewhere; answers its run. */
    public JobRun run(String name) {
        Job job = jobs.get(name);
        List<JobRun> begun = begin(List.of(job), List.of(Duration.ZERO.toString()), 1);
        if (begun.isEmpty()) {
            throw new IllegalStateException("The job " + name + " is running already.");
        }
        return run(job, begun.getFirst());
    }

    /** Begins what is due, as far as there is room. */
    synchronized void tick() {
        int room = AT_ONCE - running.size();
        if (stopped || room <= 0) {
            return;
        }
        try {
            Collection<Job> all = jobs.all();
            List<String> intervals =
                    all.stream().map(job -> job.interval().toString()).toList();
            List<JobRun> begun = begin(all, intervals, room);
            failing = false;
            for (JobRun run : begun) {
                Job job = jobs.get(run.job());
                Thread thread = Thread.ofVirtual().name("job " + job.name()).unstarted(() -> {
                    try {
                        run(job, run);
                    } finally {
                        running.remove(run.id());
                    }
                    tick();
                });
                running.put(run.id(), thread);
                thread.start();
            }
        } catch (RuntimeException | Error e) {
            // Whatever is thrown here ends the schedule.
            if (!failing) {
                LOG.warn("No jobs can be begun, which is tried every {} s: {}", TICK.toSeconds(), e.toString());
            }
            failing = true;
        }
    }

    private List<JobRun> begin(Collection<Job> candidates, List<String> intervals, int atMost) {
        List<String> names = candidates.stream().map(Job::name).toList();
        return transaction.asWorker(TIMEOUT, () -> runs.begin(names, intervals, atMost, node, LEASE.toString()));
    }

    private JobRun run(Job job, JobRun run) {
        ScheduledFuture<?> renewal = scheduler.scheduleWithFixedDelay(RENEWAL, RENEWAL, () -> renew(run));
        long begin = System.nanoTime();
        JobRunStatus status = JobRunStatus.SUCCEEDED;
        String message;
        try {
            message = job.run();
        } catch (RuntimeException | Error e) {
            LOG.error("The job {} failed", job.name(), e);
            status = JobRunStatus.FAILED;
            message = e.getMessage() == null ? e.toString() : e.getMessage();
        } finally {
            renewal.cancel(false);
        }
        measure(job, status, Duration.ofNanos(System.nanoTime() - begin));
        finish(run, status, message);
        return new JobRun(run.id(), run.job(), run.node(), run.startedAt(), clock.instant(), status, message);
    }

    private void renew(JobRun run) {
        try {
            if (transaction.asWorker(TIMEOUT, () -> runs.renew(run.id(), LEASE.toString())) == 0) {
                LOG.warn("The run of the job {} goes on here, though it was given up and may run elsewhere", run.job());
            }
        } catch (RuntimeException | Error e) {
            // It is tried again: whatever is thrown here ends the schedule.
            LOG.warn("The lease of the job {} could not be renewed: {}", run.job(), e.toString());
        }
    }

    private void finish(JobRun run, JobRunStatus status, String message) {
        try {
            String stored = status.name().toLowerCase(Locale.ROOT);
            transaction.asWorker(TIMEOUT, () -> runs.finish(run.id(), stored, message));
        } catch (RuntimeException e) {
            LOG.error("The end of the job {} could not be recorded: {} ({})", run.job(), status, message, e);
        }
    }

    private void measure(Job job, JobRunStatus status, Duration took) {
        String outcome = status.name().toLowerCase(Locale.ROOT);
        meters.counter("pulsegraph.job.runs", LABEL, job.name(), "status", outcome)
                .increment();
        meters.timer("pulsegraph.job.duration", LABEL, job.name()).record(took);
        if (status == JobRunStatus.SUCCEEDED) {
            lastSuccesses
                    .computeIfAbsent(job.name(), this::lastSuccess)
                    .set(clock.instant().getEpochSecond());
        }
    }

    private AtomicLong lastSuccess(String job) {
        AtomicLong seconds = new AtomicLong();
        Gauge.builder("pulsegraph.job.last.success.timestamp", seconds, AtomicLong::doubleValue)
                .description("When this node last succeeded with the job, since 1970")
                .baseUnit("seconds")
                .tag(LABEL, job)
                .register(meters);
        return seconds;
    }

    @EventListener
    void stop(ShutdownEvent event) throws InterruptedException {
        stop(STOP_TIMEOUT);
    }

    /** Begins nothing more, gives what runs a moment to end, and gives the rest back to other nodes. */
    void stop(Duration timeout) throws InterruptedException {
        synchronized (this) {
            stopped = true;
            if (ticking != null) {
                ticking.cancel(false);
            }
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        for (Map.Entry<UUID, Thread> run : running.entrySet()) {
            if (!run.getValue().join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
                LOG.warn(
                        "The end of this node breaks off the {}", run.getValue().getName());
                transaction.asWorker(TIMEOUT, () -> runs.breakOff(run.getKey()));
            }
        }
    }
}
