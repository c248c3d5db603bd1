package dev.pulsegraph.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.support.TestDatabase;
import io.micronaut.runtime.server.EmbeddedServer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A server whose tenants are not isolated does not start. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServeRefusalTest {
    private final TestDatabase database = TestDatabase.empty();

    @BeforeAll
    void migrate() {
        database.migrate();
    }

    @AfterAll
    void close() {
        database.close();
    }

    @Test
    void a_server_starts_when_the_wall_stands() {
        try (EmbeddedServer server = start()) {
            assertThat(server.isRunning()).isTrue();
        }
    }

    @Test
    void a_table_without_row_security_stops_the_start() {
        refused(
                "alter table posts_core disable row level security",
                "alter table posts_core enable row level security",
                "the table posts_core has no row security");
    }

    @Test
    void row_security_that_is_not_forced_stops_the_start() {
        refused(
                "alter table audit_log no force row level security",
                "alter table audit_log force row level security",
                "the row security of the table audit_log is not forced");
    }

    @Test
    void a_login_that_is_a_superuser_stops_the_start() {
        refused(
                "alter role " + database.login() + " superuser",
                "alter role " + database.login() + " nosuperuser",
                "the login " + database.login() + " is a superuser");
    }

    @Test
    void a_login_that_owns_a_table_stops_the_start() {
        refused(
                "create table public.mine (id int); alter table public.mine owner to " + database.login(),
                "drop table public.mine",
                "the login " + database.login() + " owns the table mine");
    }

    @Test
    void a_login_that_may_become_the_guard_stops_the_start() {
        refused(
                "grant pulsegraph_guard to " + database.login() + " with inherit false",
                "revoke pulsegraph_guard from " + database.login(),
                "the login " + database.login() + " may become pulsegraph_guard");
    }

    private void refused(String open, String close, String sentence) {
        database.execute(open);
        try {
            assertThatThrownBy(() -> start().close())
                    .rootCause()
                    .hasMessageContaining("does not start")
                    .hasMessageContaining(sentence);
        } finally {
            database.execute(close);
        }
    }

    private EmbeddedServer start() {
        return database.serve(Map.of());
    }
}
