package dev.pulsegraph.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.GraphQLSocket;
import dev.pulsegraph.support.Json;
import dev.pulsegraph.support.TcpProxy;
import dev.pulsegraph.support.TestDatabase;
import io.micronaut.context.ApplicationContext;
import io.micronaut.data.connection.jdbc.advice.DelegatingDataSource;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The database is stopped, vanishes without a word, or has no connection left: every way in says UNAVAILABLE in time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseAwayTest {
    private static final Duration DEADLINE = Duration.ofSeconds(4);
    private static final int POOL = 3;

    private final TestDatabase database = TestDatabase.migrated();
    private final TcpProxy proxy = proxy();
    private final EmbeddedServer server = ApplicationContext.run(
            EmbeddedServer.class,
            Map.of(
                    "datasources.default.url",
                    "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/"
                            + database.url().replaceFirst(".*/", ""),
                    "datasources.default.username",
                    database.login(),
                    "datasources.default.password",
                    database.password(),
                    "datasources.default.maximum-pool-size",
                    POOL,
                    "pulsegraph.database.operation-deadline",
                    DEADLINE.toMillis() + "ms",
                    "pulsegraph.database.statement-timeout",
                    "2s"),
            "test");
    private final Api api = server.getApplicationContext().getBean(Api.class);
    private final Fixtures.Team team =
            server.getApplicationContext().getBean(Fixtures.class).team();
    private final Api.As key = api.bearer(team.apiKey("INGEST", "WRITE", "READ"));

    private TcpProxy proxy() {
        URI address = URI.create(database.url().substring("jdbc:".length()));
        try {
            return TcpProxy.to(address.getHost(), address.getPort());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterAll
    void stop() {
        proxy.pass();
        server.close();
        proxy.close();
        database.close();
    }

    @Test
    void a_stopped_database() {
        answers(200);
        proxy.refuse();
        try {
            answers(503);
        } finally {
            proxy.pass();
        }
        recovers();
        answers(200);
    }

    @Test
    void a_database_that_vanishes_without_a_word() {
        answers(200);
        proxy.swallow();
        try {
            answers(503);
        } finally {
            proxy.pass();
        }
        recovers();
        answers(200);
    }

    @Test
    void a_pool_that_is_exhausted() throws SQLException {
        answers(200);
        DataSource pool = DelegatingDataSource.unwrapDataSource(
                server.getApplicationContext().getBean(DataSource.class));
        List<Connection> taken = new ArrayList<>();
        try {
            for (int i = 0; i < POOL; i++) {
                taken.add(pool.getConnection());
            }
            answers(503);
        } finally {
            for (Connection connection : taken) {
                connection.close();
            }
        }
        answers(200);
    }

    /** The pool finds its broken connections one by one. */
    private void recovers() {
        Instant end = Instant.now().plusSeconds(30);
        while (team.asOwner().ask("{ organizations { nodes { name } } }").status() != 200
                || send("/v1/track", "application/json", "{\"event\":\"e\",\"anonymousId\":\"v\"}")
                                .status()
                        != 200) {
            assertThat(Instant.now()).isBefore(end);
        }
    }

    private void answers(int status) {
        told(status, team.asOwner()::ask, "{ viewer { user { id } } organizations { nodes { name } } }");
        told(
                status,
                team.asOwner()::ask,
                "mutation { updateOrganization(input: { id: \"" + team.id()
                        + "\", name: \"B\" }) { organization { id } } }");
        told(status, query -> send("/v1/track", "application/json", query), "{\"event\":\"e\",\"anonymousId\":\"v\"}");
        told(status, query -> send("/v1/metrics", "application/x-ndjson", query), "");
        Instant begin = Instant.now();
        try (var socket = GraphQLSocket.open(api, server.getApplicationContext().getBean(Json.class))) {
            socket.init(Map.of("Authorization", "Bearer " + key.bearer()));
            if (status == 200) {
                socket.expect("connection_ack");
            } else {
                assertThat(socket.awaitClose().code()).isEqualTo(1013);
            }
        }
        inTime(begin);
    }

    private Answer send(String path, String type, String body) {
        return api.send(key.request(path)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private static void told(int status, Function<String, Answer> ask, String asked) {
        Instant begin = Instant.now();
        Answer answer = ask.apply(asked);
        assertThat(answer.status()).as("%s: %s", asked, answer.text()).isEqualTo(status);
        if (status == 503) {
            answer.failed("UNAVAILABLE");
            assertThat(answer.body()).doesNotContainKey("data");
            assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0))
                    .isPositive();
            inTime(begin);
        }
    }

    private static void inTime(Instant begin) {
        assertThat(Duration.between(begin, Instant.now())).isLessThan(DEADLINE.plusSeconds(1));
    }
}
