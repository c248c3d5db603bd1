package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.TestDatabase;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Pages without storage, of two servers with one database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VisitorSecretsTest {
    private static final String CHROME =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
    private static final Map<String, ?> BEHIND_A_PROXY = Map.of("pulsegraph.trusted-proxies", "127.0.0.0/8,::1");
    private static final String VISITORS = "select distinct visitor from analytics_page_views";

    private final TestDatabase database = TestDatabase.migrated();
    private final EmbeddedServer one = database.serve(BEHIND_A_PROXY);
    private final EmbeddedServer other = database.serve(BEHIND_A_PROXY);
    private Fixtures.Team team;
    private String key;

    @BeforeEach
    void makeTeam() {
        team = one.getApplicationContext().getBean(Fixtures.class).team();
        key = team.apiKey("INGEST");
    }

    @AfterAll
    void close() {
        one.close();
        other.close();
        database.close();
    }

    @Test
    void a_visitor_counts_once_whichever_server_is_asked() {
        view(one, "m1", "203.0.113.7", CHROME);
        view(other, "m2", "203.0.113.7", CHROME);
        view(one, "m3", "203.0.113.7", CHROME);
        assertThat(texts(VISITORS)).singleElement().asString().startsWith("daily:");
        assertThat(texts("select page_views from analytics_sessions")).containsExactly("3");
        view(other, "m4", "203.0.113.8", CHROME);
        view(one, "m5", "203.0.113.7", CHROME + " Edg/140.0.0.0");
        assertThat(texts(VISITORS)).hasSize(3);
    }

    @Test
    void servers_that_need_a_secret_at_the_same_time_get_the_same() throws Exception {
        LocalDate day = LocalDate.of(2026, 5, 1);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<byte[]>> secrets = IntStream.range(0, 16)
                    .mapToObj(i -> threads.submit(
                            () -> secrets(i % 2 == 0 ? one : other).of(day)))
                    .toList();
            byte[] first = secrets.getFirst().get();
            assertThat(first).hasSize(32);
            for (Future<byte[]> secret : secrets) {
                assertThat(secret.get()).isEqualTo(first);
            }
        }
        assertThat(secrets(one).of(day.plusDays(1))).isNotEqualTo(secrets(one).of(day));
    }

    @Test
    void the_address_is_kept_nowhere() {
        view(one, "m1", "203.0.113.7", CHROME);
        for (String table : List.of("analytics_sessions", "analytics_page_views")) {
            assertThat(texts("select to_jsonb(r)::text from " + table + " r"))
                    .singleElement()
                    .asString()
                    .doesNotContain("203.0.113");
        }
    }

    @Test
    void the_secret_of_a_day_is_deleted_when_the_day_is_over_for_hours() throws SQLException {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        secrets(one).of(today);
        byte[] secret = secrets(one).of(today.minusDays(2));
        assertThat(database.textsAsWorker("select prune_visitor_secrets()")).doesNotContain("0");
        assertThat(database.texts("select used_on from visitor_secrets")).containsExactly(today.toString());
        assertThat(secrets(other).of(today.minusDays(2))).isNotEqualTo(secret);
    }

    @Test
    void nobody_but_the_server_itself_reads_a_secret() throws SQLException {
        secrets(one).of(LocalDate.now(ZoneOffset.UTC));
        try (Connection login = database.asLogin();
                var statement = login.createStatement()) {
            statement.execute("set role pulsegraph_api");
            assertThatThrownBy(() -> statement.execute("select secret from visitor_secrets"))
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> statement.execute("select app.visitor_secret(current_date)"))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void a_page_that_names_its_visitor_or_session_is_believed() {
        send(one, Events.with(Events.with(Events.withoutStorage("m1"), "anonymousId", "ann"), "userId", "u1"), CHROME);
        assertThat(texts(VISITORS)).containsExactly("ann");
    }

    @Test
    void a_user_of_a_page_without_storage_is_named_beside_the_visitor() {
        Map<String, Object> track =
                Events.with(Events.with(Events.withoutStorage("m1"), "userId", "u1"), "type", "identify");
        send(one, track, CHROME);
        assertThat(
                        texts(
                                "select user_id || ' ' || (anonymous_id = visitor) || ' ' || left(visitor, 6) from analytics_events"))
                .containsExactly("u1 true daily:");
    }

    @Test
    void bots_count_nowhere() {
        send(
                one,
                Events.withoutStorage("m1"),
                "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)");
        assertThat(texts("select is_bot || ' ' || left(visitor, 6) from analytics_events"))
                .containsExactly("true daily:");
        assertThat(texts(VISITORS)).isEmpty();
    }

    @Test
    void a_message_that_comes_again_counts_once_whoever_sends_it() {
        view(one, "m1", "203.0.113.7", CHROME);
        assertThat(send(other, Events.withoutStorage("m1"), "203.0.113.9", CHROME)
                        .body())
                .containsEntry("duplicates", 1);
        assertThat(texts(VISITORS)).hasSize(1);
    }

    private List<String> texts(String select) {
        return database.texts(
                select + " where organization_id = (select id from organizations where slug = '" + team.slug() + "')");
    }

    private static VisitorSecrets secrets(EmbeddedServer server) {
        return server.getApplicationContext().getBean(VisitorSecrets.class);
    }

    private void view(EmbeddedServer server, String messageId, String address, String userAgent) {
        assertThat(send(server, Events.withoutStorage(messageId), address, userAgent)
                        .body())
                .containsEntry("accepted", 1);
    }

    private void send(EmbeddedServer server, Map<String, Object> event, String userAgent) {
        assertThat(send(server, event, "203.0.113.7", userAgent).body()).containsEntry("accepted", 1);
    }

    private Answer send(EmbeddedServer server, Map<String, Object> event, @Nullable String address, String userAgent) {
        Api api = server.getApplicationContext().getBean(Api.class);
        HttpRequest.Builder request = HttpRequest.newBuilder(api.uri("/v1/e"))
                .timeout(Duration.ofSeconds(60))
                .header("User-Agent", userAgent)
                .POST(BodyPublishers.ofString(Events.json(
                        Map.of("writeKey", key, "sentAt", Instant.now().toString(), "batch", List.of(event)))));
        if (address != null) {
            request.header("X-Forwarded-For", address);
        }
        return api.send(request.build());
    }
}
