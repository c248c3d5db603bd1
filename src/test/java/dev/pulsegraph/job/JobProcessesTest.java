package dev.pulsegraph.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.ServerProcess;
import dev.pulsegraph.support.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers, each a process of its own, with the jobs of the product on one database. */
class JobProcessesTest {
    private static final String JOBS = "-Dpulsegraph.jobs.enabled=true";
    /** At least; each is due when a server starts. */
    private static final int NUMBER_OF_JOBS = 10;
    /** Twice the time after which a server looks for what is due. */
    private static final Duration TWO_LOOKS = Duration.ofSeconds(11);

    private final TestDatabase database = TestDatabase.migrated();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void each_job_runs_on_one_of_two_servers_once_in_its_interval(@TempDir Path directory) throws Exception {
        try (ServerProcess one = ServerProcess.start(database, directory, JOBS);
                ServerProcess other = ServerProcess.start(database, directory, JOBS)) {
            await(one, 1);
            one.runFor(TWO_LOOKS);
            letADayPass();
            await(other, 2);
            String node = database.texts("select node from job_runs order by started_at desc limit 1")
                    .getFirst();
            boolean wasOne = node.startsWith(one.pid() + "@");
            assertThat(wasOne || node.startsWith(other.pid() + "@")).as(node).isTrue();
            (wasOne ? one : other).stop();
            letADayPass();
            await(wasOne ? other : one, 3);
            assertThat(database.texts("select distinct node = '" + node
                            + "' from job_runs where started_at > now() - interval '1 hour'"))
                    .as("of the server that ended")
                    .containsExactly("f");
            assertThat(one.output() + other.output()).doesNotContain("ERROR", "WARN");
        }
    }

    private void letADayPass() {
        database.execute("update job_runs set started_at = started_at - interval '25 hours',"
                + " finished_at = finished_at - interval '25 hours'");
    }

    /** Waits until all have run so often; none may have run more. */
    private void await(ServerProcess server, int times) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(50).toNanos();
        String unfinished =
                "select job from job_runs group by job having bool_or(finished_at is null) or count(*) < " + times;
        List<String> open = List.of("all");
        while (!open.isEmpty()) {
            assertThat(System.nanoTime())
                    .as("the deadline for %s: %s", open, server.output())
                    .isLessThan(deadline);
            server.runFor(Duration.ofMillis(100));
            boolean begun = database.texts("select distinct job from job_runs").size() >= NUMBER_OF_JOBS;
            open = begun ? database.texts(unfinished) : List.of("all");
        }
        // What is due once a minute may come again while the others are waited for, but not before its minute is over.
        assertThat(database.texts("""
                        select r.job from (
                          select job, status, started_at - lag(started_at) over (partition by job order by started_at) as pause
                          from job_runs) r
                        group by r.job
                        having count(*) filter (where r.pause is null or r.pause > interval '1 hour') <> %d
                          or bool_or(r.pause < interval '1 minute') or bool_or(r.status = 'failed')""".formatted(times)))
                .as("jobs that did not run once in each of %s intervals", times)
                .isEmpty();
    }
}
