package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.security.Secret;
import dev.pulsegraph.support.ServerProcess;
import dev.pulsegraph.support.TestDatabase;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills servers under load. What was acknowledged must be there, once, and the next start must be a good one. */
class IngestKillTest {
    private static final int KILLS = 20;
    private static final int SENDERS = 4;
    private static final long SEED = System.nanoTime();

    private final TestDatabase database = TestDatabase.migrated();
    private final UUID organization = UUID.randomUUID();
    private final String key = Secret.create(Secret.API_KEY).text();
    private final Random random = new Random(SEED);

    @TempDir
    Path directory;

    @BeforeEach
    void createOrganization() {
        database.execute(
                "insert into organizations (id, name, slug) values ('" + organization + "', 'Killed', 'killed')");
        database.execute("insert into api_keys (organization_id, id, name, prefix, secret_sha256, scopes) values ('"
                + organization + "', gen_random_uuid(), 'a key', 'pgk_', decode('" + new Secret(key).sha256()
                + "', 'hex'), '{ingest}')");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void what_is_acknowledged_survives_every_kill_and_counts_once() throws Exception {
        List<Sender> senders = Stream.generate(Sender::new).limit(SENDERS).toList();
        int interrupted = 0;
        for (int i = 0; i < KILLS; i++) {
            interrupted += killUnderLoad(senders);
        }
        try (ServerProcess last = ServerProcess.start(database, directory)) {
            for (Sender sender : senders) {
                sender.sendWhatWasNotAcknowledged(last);
            }
            assertThat(last.output()).as("the last start").doesNotContain("ERROR", "WARN");
        }
        assertThat(interrupted)
                .as("requests that a kill cut off, seed %s", SEED)
                .isPositive();
        List<String> acknowledged =
                senders.stream().flatMap(sender -> sender.acknowledged.stream()).toList();
        assertThat(acknowledged).hasSizeGreaterThan(KILLS).doesNotHaveDuplicates();
        database.execute("create table acknowledged (message_id text)");
        database.execute("insert into acknowledged select unnest(string_to_array('" + String.join(",", acknowledged)
                + "', ','))");
        String raw = "(select " + Events.endOfId()
                + " as id from (select id from analytics_page_views union all select id from analytics_clicks) e) r";
        String messageKey = Events.endOfMessage(organization, "message_id");
        assertThat(database.texts("select message_id from acknowledged where " + messageKey + " not in (select id from "
                        + raw + ")"))
                .as("acknowledged and lost, seed %s", SEED)
                .isEmpty();
        assertThat(database.texts("select id from " + raw + " group by 1 having count(*) > 1"))
                .as("counted twice, seed %s", SEED)
                .isEmpty();
        assertThat(database.texts("select count(*) from " + raw)).containsExactly("" + acknowledged.size());
        assertThat(database.texts("select sum(page_views) + sum(clicks) from traffic_quarter_hours"))
                .as("rollups, seed %s", SEED)
                .containsExactly("" + acknowledged.size());
        assertThat(database.texts("select sum(sessions) from traffic_quarter_hours"))
                .isEqualTo(database.texts("select count(*) from analytics_sessions"));
    }

    @Test
    void a_server_that_is_asked_to_end_writes_and_answers_what_it_took_in() throws Exception {
        int requests = 10;
        try (ServerProcess server = ServerProcess.start(database, directory);
                HttpClient http = HttpClient.newHttpClient();
                Connection holder = database.asSuperuser()) {
            holder.setAutoCommit(false);
            TestDatabase.texts(holder, "select app.lock('" + organization + "', 'traffic')");
            List<CompletableFuture<HttpResponse<String>>> sent = IntStream.range(0, requests)
                    .mapToObj(i -> http.sendAsync(
                            Events.request(server.uri("/v1/page"), key, Events.page("m" + i)),
                            HttpResponse.BodyHandlers.ofString()))
                    .toList();
            // The first are in a transaction that waits, the others behind it. One that is read and not taken in is
            // sent back.
            while (server.metric("pulsegraph_ingest_open_requests") < requests) {
                assertThat(sent).noneMatch(CompletableFuture::isDone);
            }
            server.terminate();
            server.runFor(Duration.ofMillis(500));
            assertThat(sent).noneMatch(CompletableFuture::isDone);
            holder.rollback();
            for (CompletableFuture<HttpResponse<String>> answer : sent) {
                assertThat(answer.get().statusCode()).as(answer.get().body()).isEqualTo(200);
            }
            server.stop();
            assertThat(server.output()).doesNotContain("ERROR", "WARN");
        }
        assertThat(database.texts("select count(*) from analytics_page_views")).containsExactly("" + requests);
    }

    /** Answers how many requests had no answer. */
    private int killUnderLoad(List<Sender> senders) throws Exception {
        try (ServerProcess server = ServerProcess.start(database, directory);
                ExecutorService threads = Executors.newFixedThreadPool(SENDERS)) {
            var underLoad = new CountDownLatch(SENDERS);
            List<Future<Integer>> cutOff = senders.stream()
                    .map(sender -> threads.submit(() -> sender.sendUntilItEnds(server, underLoad)))
                    .toList();
            assertThat(underLoad.await(30, TimeUnit.SECONDS))
                    .as(server.output())
                    .isTrue();
            server.runFor(Duration.ofMillis(random.nextInt(600)));
            server.kill();
            int sum = 0;
            for (Future<Integer> sender : cutOff) {
                sum += sender.get();
            }
            return sum;
        }
    }

    /** Sends one batch after the other; one that was not acknowledged is sent again, to the next server. */
    private final class Sender {
        private final HttpClient http = HttpClient.newHttpClient();
        private final Random sizes = new Random(random.nextLong());
        private final List<String> acknowledged = new ArrayList<>();
        private List<String> open = List.of();

        int sendUntilItEnds(ServerProcess server, CountDownLatch underLoad) throws InterruptedException {
            boolean first = true;
            try {
                while (true) {
                    sendWhatWasNotAcknowledged(server);
                    if (first) {
                        underLoad.countDown();
                        first = false;
                    }
                }
            } catch (IOException cutOff) {
                return 1;
            }
        }

        void sendWhatWasNotAcknowledged(ServerProcess server) throws IOException, InterruptedException {
            if (open.isEmpty()) {
                open = Stream.generate(() -> UUID.randomUUID().toString())
                        .limit(1 + sizes.nextInt(20))
                        .toList();
            }
            List<Map<String, Object>> events = open.stream().map(Sender::event).toList();
            HttpResponse<String> answer = http.send(
                    Events.request(server.uri("/v1/e"), key, Events.batch(events)),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("\"rejected\":[]");
            acknowledged.addAll(open);
            open = List.of();
        }

        private static Map<String, Object> event(String id) {
            return switch (id.charAt(0)) {
                case '0', '1', '2', '3' -> Events.page(id);
                case '4', '5', '6', '7' -> Events.withoutStorage(id);
                default -> Events.click(id);
            };
        }
    }
}
