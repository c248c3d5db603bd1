package dev.pulsegraph.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.database.DatabaseException;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.Credentials;
import dev.pulsegraph.support.Concurrently;
import dev.pulsegraph.support.Superuser;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.scheduling.TaskScheduler;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each runner is a node; the application of these tests runs no jobs by itself. */
@MicronautTest(transactional = false)
class JobRunnerTest {
    private static final String STATUSES = "select status from job_runs where job = ? order by started_at, id";

    @Inject
    JobRunRepository runs;

    @Inject
    OperationTransaction transaction;

    @Inject
    TaskScheduler scheduler;

    @Inject
    Clock clock;

    @Inject
    Superuser superuser;

    /** Of the newest node. */
    private MeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void a_job_runs_once_in_its_interval_whatever_the_number_of_nodes() {
        var job = new TestJob(() -> "Done.");
        List<JobRunner> nodes = List.of(node(job), node(job), node(job), node(job));
        for (int interval = 1; interval <= 3; interval++) {
            for (int i = 0; i < 3; i++) {
                Concurrently.call(nodes.stream().map(node -> (Callable<Boolean>) () -> {
                    node.tick();
                    return true;
                }));
            }
            until(() -> !statuses(job).contains("running"));
            assertThat(job.count()).isEqualTo(interval);
            assertThat(statuses(job)).hasSize(interval).containsOnly("succeeded");
            pass(job, "61 minutes");
        }
    }

    @Test
    void it_is_not_due_before_its_interval_is_over() {
        var job = new TestJob(() -> "Done.");
        node(job).tick();
        until(() -> statuses(job).equals(List.of("succeeded")));
        pass(job, "59 minutes");
        node(job).tick();
        assertThat(statuses(job)).hasSize(1);
    }

    @Test
    void a_job_that_fails_is_recorded_and_stops_nobody() {
        var failing = new TestJob(() -> {
            throw new IllegalStateException("The disk is full.");
        });
        var broken = new TestJob(() -> {
            throw new AssertionError();
        });
        var good = new TestJob(() -> "Done.");
        JobRunner node = node(failing, broken, good);
        node.tick();
        until(() -> statuses(failing).equals(List.of("failed"))
                && statuses(broken).equals(List.of("failed"))
                && statuses(good).equals(List.of("succeeded")));
        assertThat(text("message", failing)).isEqualTo("The disk is full.");
        assertThat(text("message", broken)).contains("AssertionError");
        assertThat(text("message", good)).isEqualTo("Done.");
        assertThat(text("finished_at >= started_at", good)).isEqualTo("t");
        assertThat(text("node", good)).contains("@");
        node.tick();
        assertThat(failing.count()).as("until it is due again").isEqualTo(1);
    }

    @Test
    void a_message_may_be_of_any_length() {
        var wordy = new TestJob(() -> "x".repeat(5000));
        assertThat(node(wordy).run(wordy.name()).status()).isEqualTo(JobRunStatus.SUCCEEDED);
        assertThat(text("length(message)", wordy)).isEqualTo("2000");
    }

    @Test
    void a_job_never_runs_twice_at_the_same_time() throws Exception {
        var begun = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        var job = new TestJob(() -> {
            begun.countDown();
            await(mayEnd);
            return "Done.";
        });
        node(job).tick();
        begun.await();
        pass(job, "2 hours");
        JobRunner other = node(job);
        other.tick();
        assertThatThrownBy(() -> other.run(job.name())).hasMessageContaining("is running already");
        assertThat(statuses(job)).containsExactly("running");
        pass(job, "-2 hours");
        mayEnd.countDown();
        until(() -> statuses(job).equals(List.of("succeeded")));
        assertThat(job.count()).isEqualTo(1);
    }

    @Test
    void a_node_runs_two_jobs_at_once_and_the_next_when_there_is_room() throws Exception {
        var begun = new CountDownLatch(2);
        var mayEnd = new CountDownLatch(1);
        TestJob[] jobs = new TestJob[4];
        for (int i = 0; i < jobs.length; i++) {
            jobs[i] = new TestJob(() -> {
                begun.countDown();
                await(mayEnd);
                return "Done.";
            });
        }
        JobRunner node = node(jobs);
        node.tick();
        begun.await();
        node.tick();
        assertThat(List.of(jobs)).filteredOn(job -> job.count() > 0).hasSize(2);
        mayEnd.countDown();
        until(() -> List.of(jobs).stream().allMatch(job -> statuses(job).equals(List.of("succeeded"))));
    }

    @Test
    void a_run_whose_node_died_is_taken_over_when_its_lease_is_over() {
        var job = new TestJob(() -> "Done.");
        plant(job, "1 minute");
        node(job).tick();
        assertThat(statuses(job)).as("while the node may live").containsExactly("running");
        superuser.execute("update job_runs set lease_until = now() - interval '1 second' where job = ?", job.name());
        node(job).tick();
        until(() -> statuses(job).equals(List.of("failed", "succeeded")));
        assertThat(superuser.texts("select message from job_runs where job = ? order by started_at", job.name()))
                .containsExactly("Its node stopped responding.", "Done.");
    }

    @Test
    void a_lease_is_renewed_until_the_run_was_given_up() {
        var job = new TestJob(() -> "Done.");
        plant(job, "1 second");
        UUID id = UUID.fromString(text("id", job));
        assertThat(transaction.<Long>asWorker(Duration.ofSeconds(5), () -> runs.renew(id, "PT1M")))
                .isEqualTo(1);
        assertThat(text("lease_until > now() + interval '50 seconds'", job)).isEqualTo("t");
        superuser.execute(
                "update job_runs set status = 'failed', finished_at = now(), message = 'gone' where id = ?", id);
        assertThat(transaction.<Long>asWorker(Duration.ofSeconds(5), () -> runs.renew(id, "PT1M")))
                .isZero();
        assertThat(transaction.<Long>asWorker(Duration.ofSeconds(5), () -> runs.finish(id, "succeeded", "late")))
                .as("a late end changes nothing")
                .isZero();
    }

    @Test
    void a_job_that_was_asked_for_runs_at_once_and_once() {
        var job = new TestJob(() -> "Done.");
        JobRunner node = node(job);
        node.tick();
        until(() -> statuses(job).equals(List.of("succeeded")));
        JobState asked = transaction.write(
                user(true),
                caller -> {
                    node.request(job.name());
                    return node.request(job.name());
                },
                any -> true);
        assertThat(asked.requested()).isTrue();
        assertThat(asked.running()).isFalse();
        assertThat(asked.lastRun()).isNotNull();
        until(() -> statuses(job).equals(List.of("succeeded", "succeeded")));
        node.tick();
        node(job).tick();
        assertThat(statuses(job)).hasSize(2);
    }

    @Test
    void a_request_that_is_rolled_back_runs_nothing() {
        var job = new TestJob(() -> "Done.");
        JobRunner node = node(job);
        transaction.write(user(true), caller -> node.request(job.name()), any -> false);
        assertThat(statuses(job)).isEmpty();
        assertThat(superuser.number("select count(*) from job_requests where job = ?", job.name()))
                .isZero();
    }

    @Test
    void the_database_itself_refuses_all_but_operators() {
        var job = new TestJob(() -> "Done.");
        JobRunner node = node(job);
        Jobs jobs = new Jobs(List.of(job.job()), runs, transaction);
        assertThatThrownBy(() -> transaction.write(user(false), caller -> node.request(job.name()), any -> true))
                .rootCause()
                .hasMessageContaining("Only an operator can do this");
        assertThatThrownBy(() -> transaction.read(user(false), caller -> jobs.list()))
                .rootCause()
                .hasMessageContaining("Only an operator can do this");
        assertThatThrownBy(() -> transaction.read(user(true), caller -> runs.prune()))
                .rootCause()
                .hasMessageContaining("permission denied");
        assertThat(transaction.<List<JobState>>read(user(true), caller -> jobs.list()))
                .hasSize(1);
    }

    @Test
    void an_unknown_job_is_refused_with_those_there_are() {
        var job = new TestJob(() -> "Done.");
        assertThatThrownBy(() -> node(job).run("jobs.nothing"))
                .isInstanceOf(Problem.class)
                .hasMessage("job: there is no such job; there are " + job.name() + ".");
        assertThatThrownBy(() -> node(job, job)).hasMessageContaining("Two jobs are called " + job.name());
    }

    @Test
    void the_end_of_a_node_waits_for_its_jobs() throws Exception {
        var begun = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        var job = new TestJob(() -> {
            begun.countDown();
            await(mayEnd);
            return "Done.";
        });
        JobRunner node = node(job);
        node.tick();
        begun.await();
        Thread stop = Thread.ofVirtual().start(() -> stop(node, Duration.ofMinutes(1)));
        mayEnd.countDown();
        stop.join();
        assertThat(statuses(job)).containsExactly("succeeded");
        pass(job, "2 hours");
        node.tick();
        assertThat(job.count()).as("nothing begins any more").isEqualTo(1);
    }

    @Test
    void the_end_of_a_node_gives_back_what_does_not_end() throws Exception {
        var begun = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        var job = new TestJob(() -> {
            begun.countDown();
            await(mayEnd);
            return "Done.";
        });
        JobRunner node = node(job);
        node.tick();
        begun.await();
        node.stop(Duration.ZERO);
        JobRunner other = node(job);
        other.tick();
        until(() -> statuses(job).equals(List.of("failed", "running")));
        mayEnd.countDown();
        until(() -> statuses(job).equals(List.of("failed", "succeeded")));
    }

    @Test
    void runs_are_counted_and_timed() {
        var good = new TestJob(() -> "Done.");
        var failing = new TestJob(() -> {
            throw new DatabaseException(new java.sql.SQLException("no"));
        });
        JobRunner node = node(good, failing);
        node.run(good.name());
        node.run(good.name());
        node.run(failing.name());
        assertThat(meters.get("pulsegraph.job.runs")
                        .tags("job.name", good.name(), "status", "succeeded")
                        .counter()
                        .count())
                .isEqualTo(2);
        assertThat(meters.get("pulsegraph.job.runs")
                        .tags("job.name", failing.name(), "status", "failed")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get("pulsegraph.job.duration")
                        .tag("job.name", good.name())
                        .timer()
                        .count())
                .isEqualTo(2);
        assertThat(meters.get("pulsegraph.job.last.success.timestamp")
                        .tag("job.name", good.name())
                        .gauge()
                        .value())
                .isBetween(
                        clock.instant().getEpochSecond() - 60.0, clock.instant().getEpochSecond() + 1.0);
        assertThat(meters.find("pulsegraph.job.last.success.timestamp")
                        .tag("job.name", failing.name())
                        .gauge())
                .isNull();
    }

    @Test
    void records_are_deleted_after_30_days() {
        var job = new TestJob(() -> "Done.");
        for (String age : List.of("29 days", "31 days", "400 days")) {
            superuser.execute(
                    "insert into job_runs (job, node, started_at, finished_at, status, lease_until)"
                            + " values (?, 'a node', now() - cast(? as interval), now(), 'succeeded', now())",
                    job.name(),
                    age);
        }
        superuser.execute(
                "insert into job_runs (job, node, started_at, lease_until) values (?, 'a node', now() - interval '40 days', now())",
                job.name());
        assertThat(new JobRunJobs().prune(runs, transaction).run()).matches("Deleted \\d+ records\\.");
        assertThat(statuses(job)).containsExactly("running", "succeeded");
    }

    private JobRunner node(TestJob... jobs) {
        meters = new SimpleMeterRegistry();
        return new JobRunner(
                new Jobs(Stream.of(jobs).map(TestJob::job).toList(), runs, transaction),
                runs,
                transaction,
                scheduler,
                meters,
                clock,
                new JobSettings(true));
    }

    private void plant(TestJob job, String lease) {
        superuser.execute(
                "insert into job_runs (job, node, lease_until) values (?, 'a dead node', now() + cast(? as interval))",
                job.name(),
                lease);
    }

    private void pass(TestJob job, String time) {
        superuser.execute(
                "update job_runs set started_at = started_at - cast(? as interval) where job = ?", time, job.name());
    }

    private List<String> statuses(TestJob job) {
        return superuser.texts(STATUSES, job.name()).stream()
                .map(String::valueOf)
                .toList();
    }

    private String text(String expression, TestJob job) {
        return superuser.text("select " + expression + " from job_runs where job = ?", job.name());
    }

    private static Credentials.Token user(boolean operator) {
        UUID id = UUID.randomUUID();
        return new Credentials.Token(id, "Somebody", id + "@spec.example", operator);
    }

    private static void stop(JobRunner node, Duration timeout) {
        try {
            node.stop(timeout);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the deadline").isLessThan(deadline);
        }
    }
}
