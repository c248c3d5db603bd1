package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.TestDatabase;
import dev.pulsegraph.support.TestServer;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Servers of their own, which stop, and whose database goes away. */
class IngestServerTest {
    private final TestDatabase database = TestDatabase.migrated();
    private final EmbeddedServer server = database.serve(Map.of("pulsegraph.ingest.commit-timeout", "5s"));
    private final Api api = server.getApplicationContext().getBean(Api.class);
    private final Fixtures.Team team =
            server.getApplicationContext().getBean(Fixtures.class).team();
    private final String key = team.apiKey("INGEST");

    @AfterEach
    void close() {
        server.close();
        database.close();
    }

    @Test
    void a_stop_writes_what_was_taken_in_before_connections_close() throws Exception {
        int requests = 20;
        GroupCommit commit = server.getApplicationContext().getBean(GroupCommit.class);
        try (ExecutorService threads = Executors.newFixedThreadPool(requests + 1);
                Connection holder = database.asSuperuser()) {
            holder.setAutoCommit(false);
            try (var statement = holder.createStatement()) {
                statement.execute("select app.lock(id, 'traffic') from organizations");
            }
            List<Future<Answer>> sent = IntStream.range(0, requests)
                    .mapToObj(i -> threads.submit(() -> page("m" + i)))
                    .toList();
            // The first are in a transaction that waits, the others behind it.
            await(() -> commit.open() == requests);
            Future<?> stop = threads.submit(server::stop);
            await(commit::isClosed);
            assertThat(refused()).as("a request during the stop").isTrue();
            assertThat(stop.isDone()).isFalse();
            holder.rollback();
            for (Future<Answer> answer : sent) {
                assertThat(answer.get().status()).as(answer.get().text()).isEqualTo(200);
            }
            stop.get();
        }
        assertThat(database.texts("select count(*) from analytics_page_views")).containsExactly("" + requests);
    }

    @Test
    void without_its_database_it_says_so_in_time_and_recovers() throws Exception {
        assertThat(page("before").status()).isEqualTo(200);
        String name = database.url().replaceFirst(".*/([^?]+).*", "$1");
        asSuperuser("alter database " + name + " allow_connections false");
        asSuperuser("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name + "'");
        for (int i = 0; i < 3; i++) {
            long begin = System.nanoTime();
            Answer away = page("away");
            assertThat(away.status()).as(away.text()).isEqualTo(503);
            assertThat(away.headers().firstValue("Retry-After")).isPresent();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
            assertThat(withoutStorage("unknown").status()).isEqualTo(503);
        }
        asSuperuser("alter database " + name + " allow_connections true");
        long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (page("away").status() != 200) {
            assertThat(System.nanoTime()).as("the deadline").isLessThan(deadline);
        }
        assertThat(withoutStorage("unknown").body()).containsEntry("accepted", 1);
        assertThat(database.texts("select count(*) from analytics_page_views")).containsExactly("3");
    }

    /** Beside the database, which could not be reached itself. */
    private static void asSuperuser(String sql) {
        TestServer.shared().executeAsSuperuser("postgres", sql);
    }

    private boolean refused() {
        try {
            return page("too late").status() == 503;
        } catch (UncheckedIOException notEvenConnected) {
            return true;
        }
    }

    private Answer page(String messageId) {
        return api.send(Events.request(api.uri("/v1/page"), key, Events.page(messageId)));
    }

    /** Its visitor needs the database before it is written. */
    private Answer withoutStorage(String messageId) {
        return api.send(Events.request(api.uri("/v1/e"), key, Events.batch(List.of(Events.withoutStorage(messageId)))));
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("the deadline").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
