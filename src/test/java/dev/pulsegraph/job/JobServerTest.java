package dev.pulsegraph.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.TestDatabase;
import io.micronaut.runtime.server.EmbeddedServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A server that runs its jobs, with a database of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobServerTest {
    private static final String RUNS =
            "{ system { jobs { name running requested lastRun { status message } runs { status } } } }";

    private final TestDatabase database = TestDatabase.migrated();
    private final EmbeddedServer server = database.serve(Map.of("pulsegraph.jobs.enabled", true));

    @AfterAll
    void close() {
        server.close();
        database.close();
    }

    @Test
    void a_server_runs_what_is_due_by_itself_and_what_is_asked_for_at_once() {
        Api api = server.getApplicationContext().getBean(Api.class);
        var operator = api.asOperator("operator@jobs.example");
        awaitRuns(operator, 1);
        operator.ask("mutation { runJob(input: { job: \"jobs.prune\" }) { job { requested } } }")
                .succeeded();
        awaitRuns(operator, 2);
        assertThat(api.send(api.bearer(null).request("/prometheus").build()).text())
                .containsPattern(
                        "pulsegraph_job_runs_total\\{[^}]*job_name=\"jobs.prune\"[^}]*status=\"succeeded\"[^}]*} 2")
                .containsPattern("pulsegraph_job_duration_seconds_count\\{[^}]*job_name=\"jobs.prune\"[^}]*} 2")
                .containsPattern(
                        "pulsegraph_job_last_success_timestamp_seconds\\{[^}]*job_name=\"jobs.prune\"[^}]*} 1\\.\\d+E9");

        operator.ask("mutation { runJob(input: { job: \"jobs.prune\" }) { job { name } }"
                        + " deleteOrganization(input: { id: \"nonsense\", confirmSlug: \"x\" }) { deletedId } }")
                .failed("BAD_USER_INPUT");
        assertThat(database.texts("select job from job_requests"))
                .as("all or nothing")
                .isEmpty();
        assertThat(operator.ask("mutation { runJob(input: { job: \"jobs.nothing\" }) { job { name } } }")
                        .failed("NOT_FOUND")
                        .message())
                .startsWith("job: ")
                .contains("there is no such job; there are ", "jobs.prune");
    }

    /** As pg_cron would. */
    @Test
    void a_job_that_is_nothing_but_sql_can_be_run_by_the_login_without_a_server() throws SQLException {
        database.execute("insert into job_runs (job, node, started_at, finished_at, status, lease_until)"
                + " values ('jobs.old', 'a node', now() - interval '31 days', now(), 'succeeded', now())");
        try (Connection login = database.asLogin();
                Statement statement = login.createStatement()) {
            statement.execute("set role pulsegraph_worker; select prune_job_runs()");
        }
        assertThat(database.texts("select id from job_runs where job = 'jobs.old'"))
                .isEmpty();
    }

    private void awaitRuns(Api.As operator, int number) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!database.texts("select status from job_runs where job = 'jobs.prune' and status = 'succeeded'")
                .equals(java.util.Collections.nCopies(number, "succeeded"))) {
            assertThat(System.nanoTime()).as("the deadline").isLessThan(deadline);
        }
        Answer answer = operator.ask(RUNS).succeeded();
        Object jobs = answer.at("system.jobs");
        assertThat(jobs)
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(Map.class))
                .filteredOn(job -> "jobs.prune".equals(job.get("name")))
                .singleElement()
                .satisfies(job -> {
                    assertThat(job.get("running")).isEqualTo(false);
                    assertThat(job.get("requested")).isEqualTo(false);
                    assertThat(String.valueOf(job.get("lastRun")))
                            .matches("\\{status=SUCCEEDED, message=Deleted \\d records\\.}");
                    assertThat((java.util.List<?>) job.get("runs")).hasSize(number);
                });
    }
}
