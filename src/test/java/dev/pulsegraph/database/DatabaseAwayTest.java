package dev.pulsegraph.database;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.GraphQLSocket;
import dev.pulsegraph.support.Json;
import dev.pulsegraph.support.TcpProxy;
import dev.pulsegraph.support.TestDatabase;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The database is stopped, vanishes without a word, or has no connection left: every way in says UNAVAILABLE in time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseAwayTest {
    private static final Duration DEADLINE = Duration.ofSeconds(4);
    private static final int POOL = 3;

    private final TestDatabase database = TestDatabase.migrated();
    private final TcpProxy proxy = proxy();
    private final EmbeddedServer server = database.serve(Map.of(
            "datasources.default.url",
            "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/" + database.url().replaceFirst(".*/", ""),
            "datasources.default.maximum-pool-size",
            POOL,
            "pulsegraph.database.operation-deadline",
            DEADLINE.toMillis() + "ms",
            "pulsegraph.database.statement-timeout",
            "2s"));
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

    /** What PostgreSQL answers when its disk is full, its memory, or another of its bounds is reached. */
    @ParameterizedTest
    @ValueSource(strings = {"53100", "53200", "53300", "53400", "53000"})
    void a_database_without_room(String state) {
        answers(200);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger("dev.pulsegraph");
        log.start();
        logger.addAppender(log);
        List<String> tables =
                List.of("organizations", "metric_readings", "ingested_messages", "organization_invitations");
        database.execute("create function public.full() returns trigger language plpgsql as $$ begin raise exception"
                + " 'could not extend file: No space left on device' using errcode = '" + state
                + "'; end $$; grant execute on function public.full() to public");
        tables.forEach(table -> database.execute("create trigger full_disk before insert or update on " + table
                + " for each statement execute function public.full()"));
        try {
            for (int again = 0; again < 5; again++) {
                told(
                        503,
                        team.asOwner()::ask,
                        "mutation { updateOrganization(input: { id: \"" + team.id()
                                + "\", name: \"C\" }) { organization { id } } }");
                told(
                        503,
                        team.asOwner()::ask,
                        "mutation { inviteMember(input: { organization: \"" + team.id()
                                + "\", email: \"a@b.example\", role: VIEWER }) { token } }");
                told(
                        503,
                        query -> send("/v1/track", "application/json", query),
                        "{\"event\":\"e\",\"anonymousId\":\"v\"}");
                told(
                        503,
                        query -> send("/v1/metrics", "application/x-ndjson", query),
                        "{\"metric\":\"likes\",\"entityType\":\"ACCOUNT\",\"entity\":\"01980000-0000-7000-8000-000000000001\","
                                + "\"value\":1,\"recordedAt\":\"2026-01-01T00:00:00Z\"}");
            }
            assertThat(team.asOwner().ask("{ viewer { user { id } } }").status())
                    .as("who only reads")
                    .isEqualTo(200);
        } finally {
            tables.forEach(table -> database.execute("drop trigger full_disk on " + table));
            database.execute("drop function public.full()");
            logger.detachAppender(log);
        }
        answers(200);
        assertThat(log.list)
                .as("twenty failures in seconds")
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .hasSizeLessThanOrEqualTo(2)
                .allSatisfy(event -> assertThat(event.getThrowableProxy()).isNull());
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
