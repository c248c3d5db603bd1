package dev.pulsegraph.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.Credentials;
import dev.pulsegraph.security.Secret;
import dev.pulsegraph.support.Concurrently;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import io.micronaut.context.ApplicationContext;
import io.micronaut.data.connection.jdbc.advice.DelegatingDataSource;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
class OperationTransactionTest {
    private static final int POOL = 8;
    private static final String IDENTITY = """
            select current_user || '|' || current_setting('role') || '|' || coalesce(current_setting('app.user_id', true), '')
              || '|' || coalesce(current_setting('app.api_key_id', true), '')
              || '|' || coalesce(current_setting('app.organization_id', true), '')
              || '|' || current_setting('statement_timeout') || '|' || current_setting('transaction_isolation')
              || '|' || current_setting('transaction_read_only')""";
    private static final String NOBODY = EmbeddedPostgresServer.LOGIN + "|none||||0|read committed|off";

    @Inject
    OperationTransaction transaction;

    @Inject
    TransactionOperations<Connection> transactions;

    @Inject
    DataSource pool;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Test
    void sessions_are_in_utc_wherever_the_server_is() throws SQLException {
        TimeZone here = TimeZone.getDefault();
        TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Auckland"));
        try (var elsewhere = ApplicationContext.run("test");
                Connection connection = DelegatingDataSource.unwrapDataSource(elsewhere.getBean(DataSource.class))
                        .getConnection();
                var zone = connection.createStatement().executeQuery("show time zone")) {
            assertThat(zone.next()).isTrue();
            assertThat(zone.getString(1)).isEqualTo("UTC");
        } finally {
            TimeZone.setDefault(here);
        }
    }

    @Test
    void an_operation_acts_for_its_caller_and_for_nobody_else() {
        var user = user();
        assertThat(transaction.<String>read(user, caller -> text(IDENTITY)))
                .startsWith("pulsegraph_api|pulsegraph_api|" + user.userId() + "|||")
                .endsWith("|repeatable read|on");
        assertThat(transaction.<String>write(user, caller -> text(IDENTITY), any -> true))
                .startsWith("pulsegraph_api|pulsegraph_api|" + user.userId() + "|||")
                .endsWith("|read committed|off");
        var team = fixtures.team();
        var key = new Credentials.Key(new Secret(team.apiKey("READ")).sha256());
        assertThat(transaction.<String>read(key, caller -> text(IDENTITY)))
                .matches("pulsegraph_api\\|pulsegraph_api\\|\\|[0-9a-f-]{36}\\|[0-9a-f-]{36}\\|.*\\|on");
        assertThat(transaction.asWorker(Duration.ofSeconds(3), () -> text(IDENTITY)))
                .isEqualTo("pulsegraph_worker|pulsegraph_worker||||3s|read committed|off");
    }

    @Test
    void nothing_of_an_identity_stays_in_the_pool_however_an_operation_ends() {
        var team = fixtures.team();
        var key = new Credentials.Key(new Secret(team.apiKey("WRITE")).sha256());
        var unknown = new Credentials.Key(new Secret("pgk_unknown").sha256());
        // As many at a time as there are connections, so that every one of them has seen every kind of end.
        for (int round = 0; round < 3; round++) {
            together(() -> transaction.read(user(), caller -> text(IDENTITY)));
            together(() -> transaction.read(key, caller -> text(IDENTITY)));
            together(() -> transaction.write(user(), caller -> text(IDENTITY), any -> true));
            together(() -> transaction.write(key, caller -> text(IDENTITY), any -> false));
            together(() -> failing(() -> transaction.read(unknown, caller -> text(IDENTITY))));
            together(() -> failing(() -> transaction.write(unknown, caller -> text(IDENTITY), any -> true)));
            together(() -> failing(() -> transaction.read(user(), caller -> text("select 1 / 0"))));
            together(() -> failing(() -> transaction.write(
                    key,
                    caller -> {
                        throw new IllegalStateException("in the middle");
                    },
                    any -> true)));
            together(() -> transaction.asWorker(Duration.ofSeconds(3), () -> text(IDENTITY)));
            together(
                    () -> failing(() -> transaction.asWorker(Duration.ofMillis(50), () -> text("select pg_sleep(5)"))));
        }
        List<String> identities = identitiesInThePool();
        assertThat(identities).hasSize(POOL).containsOnly(NOBODY);
    }

    @Test
    void without_an_identity_nothing_can_be_read() throws SQLException {
        try (Connection connection = DelegatingDataSource.unwrapDataSource(pool).getConnection();
                var statement = connection.createStatement()) {
            for (String table : List.of("organizations", "posts_core", "user_profiles", "api_keys", "audit_log")) {
                assertThatThrownBy(() -> statement.executeQuery("select * from public." + table))
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("permission denied");
            }
        }
    }

    @Test
    void a_query_cannot_write() {
        var team = fixtures.team();
        var owner = new Credentials.Token(dev.pulsegraph.demo.Demo.idOf(team.owner()), "owner", team.owner(), false);
        String rename = "update organizations set name = 'Renamed' where slug = '" + team.slug() + "' returning name";
        assertThatThrownBy(() -> transaction.read(owner, caller -> text(rename)))
                .hasMessageContaining("read-only transaction");
        assertThatThrownBy(() -> transaction.read(owner, caller -> text("set transaction read write; " + rename)))
                .hasMessageContaining("read-write mode");
        assertThat(transaction.<String>write(owner, caller -> text(rename), any -> true))
                .isEqualTo("Renamed");
    }

    @Test
    void what_did_not_succeed_is_undone() {
        var team = fixtures.team();
        var owner = new Credentials.Token(dev.pulsegraph.demo.Demo.idOf(team.owner()), "owner", team.owner(), false);
        String rename = "update organizations set name = 'Undone' where slug = '" + team.slug() + "' returning name";
        assertThat(transaction.<String>write(owner, caller -> text(rename), any -> false))
                .isEqualTo("Undone");
        assertThat(superuser.text("select name from organizations where slug = ?", team.slug()))
                .isEqualTo("A team");
    }

    @Test
    void a_statement_that_takes_too_long_is_stopped() {
        long begin = System.nanoTime();
        assertThatThrownBy(() -> transaction.read(user(), caller -> {
                    transaction.limitStatements(Duration.ofMillis(100));
                    return text("select pg_sleep(20)");
                }))
                .hasMessageContaining("statement timeout");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
        // Asking for more time than is configured gives no more.
        assertThat(transaction.<String>read(user(), caller -> {
                    transaction.limitStatements(Duration.ofHours(1));
                    return text("select current_setting('statement_timeout')");
                }))
                .isEqualTo("9s");
    }

    @Test
    void a_query_sees_one_snapshot_whatever_happens_meanwhile() {
        var team = fixtures.team();
        var owner = new Credentials.Token(dev.pulsegraph.demo.Demo.idOf(team.owner()), "owner", team.owner(), false);
        String count = "select count(*)::text from posts_core";
        team.post("Before");
        assertThat(transaction.<List<String>>read(owner, caller -> {
                    String before = text(count);
                    superuser.execute("""
                            insert into posts_core (organization_id, id, title)
                            select id, gen_random_uuid(), 'Meanwhile' from organizations where slug = ?""", team.slug());
                    return List.of(before, text(count));
                }))
                .containsExactly("1", "1");
        assertThat(transaction.<String>read(owner, caller -> text(count))).isEqualTo("2");
    }

    private static Credentials.Token user() {
        return new Credentials.Token(UUID.randomUUID(), "Somebody", null, false);
    }

    private String text(String sql) {
        try (var statement = transactions.getConnection().createStatement()) {
            boolean hasRows = statement.execute(sql);
            while (!hasRows && statement.getUpdateCount() != -1) {
                hasRows = statement.getMoreResults();
            }
            try (var rows = statement.getResultSet()) {
                rows.next();
                return String.valueOf(rows.getString(1));
            }
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    private static void together(Callable<String> operation) {
        assertThat(Concurrently.call(IntStream.range(0, POOL).mapToObj(i -> operation)))
                .hasSize(POOL);
    }

    private static String failing(Runnable operation) {
        try {
            operation.run();
        } catch (Problem | DatabaseException | IllegalStateException expected) {
            return "failed";
        }
        throw new AssertionError("should have failed");
    }

    private List<String> identitiesInThePool() {
        List<Connection> connections = new ArrayList<>();
        List<String> identities = new ArrayList<>();
        try {
            for (int i = 0; i < POOL; i++) {
                connections.add(DelegatingDataSource.unwrapDataSource(pool).getConnection());
            }
            for (Connection connection : connections) {
                try (var statement = connection.createStatement();
                        var rows = statement.executeQuery(IDENTITY)) {
                    rows.next();
                    identities.add(rows.getString(1));
                }
            }
            for (Connection connection : connections) {
                connection.close();
            }
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
        return identities;
    }
}
