package dev.pulsegraph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.PostgresServer;
import dev.pulsegraph.support.PgBouncer;
import dev.pulsegraph.support.TestDatabase;
import dev.pulsegraph.support.TestServer;
import io.micronaut.context.ApplicationContext;
import io.micronaut.data.connection.jdbc.advice.DelegatingDataSource;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.test.support.TestPropertyProvider;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.postgresql.PGConnection;

/** Everything that the pairs ask, through a PgBouncer in transaction mode, of which statements with names are not known. */
@MicronautTest(transactional = false)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf("dev.pulsegraph.support.PgBouncer#isExpected")
class PgBouncerTest extends ApiPairsTest implements TestPropertyProvider {
    private final PgBouncer pooler = PgBouncer.start(List.of());

    @Inject
    DataSource pool;

    @Override
    public Map<String, String> getProperties() {
        return settings(pooler.url(PostgresServer.DATABASE), PostgresServer.LOGIN);
    }

    @AfterAll
    void stop() {
        pooler.close();
    }

    @Test
    void statements_get_no_names() throws SQLException {
        try (Connection connection = DelegatingDataSource.unwrapDataSource(pool).getConnection()) {
            assertThat(connection.unwrap(PGConnection.class).getPrepareThreshold())
                    .isZero();
        }
    }

    @Test
    void a_new_database_is_migrated_through_it_and_served() {
        try (TestDatabase database = TestDatabase.empty();
                PgBouncer own = PgBouncer.start(List.of(database.login()));
                ApplicationContext served = ApplicationContext.run(
                        Map.<String, Object>copyOf(settings(own.url(database.name()), database.login())), "test")) {
            assertThat(served.isRunning()).isTrue();
            assertThat(database.migrations().pending()).isEmpty();
            assertThat(database.texts("select count(*) from pg_locks where locktype = 'advisory'"
                            + " and database = (select oid from pg_database where datname = current_database())"))
                    .as("locks that a shared session would keep")
                    .containsExactly("0");
        }
    }

    private static Map<String, String> settings(String url, String login) {
        return Map.of(
                "datasources.default.url",
                url,
                "datasources.default.username",
                login,
                "datasources.default.password",
                TestServer.shared().password(login),
                "pulsegraph.database.owner-username",
                PostgresServer.OWNER,
                "pulsegraph.database.owner-password",
                TestServer.shared().password(PostgresServer.OWNER),
                "pulsegraph.jwt.secret",
                "a secret of the tests that is long enough for HS256",
                "pulsegraph.jobs.enabled",
                "false");
    }
}
