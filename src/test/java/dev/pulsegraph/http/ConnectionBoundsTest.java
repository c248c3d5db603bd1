package dev.pulsegraph.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.RawHttp;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that stop in the middle of something, are slow, or are too many. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class ConnectionBoundsTest {
    private static final String JSON = "Content-Type: application/json\r\n";

    private final EmbeddedServer server = ApplicationContext.run(
            EmbeddedServer.class,
            Map.of(
                    "pulsegraph.http.header-timeout", "1s",
                    "pulsegraph.http.keep-alive", "3s",
                    "pulsegraph.http.body-idle", "1s",
                    "pulsegraph.http.body-timeout", "3s",
                    "pulsegraph.http.write-timeout", "2s",
                    "pulsegraph.http.unsent-bytes", 8 * 1024 * 1024),
            "test");
    private final Api api = server.getApplicationContext().getBean(Api.class);
    private final Fixtures.Team team =
            server.getApplicationContext().getBean(Fixtures.class).team();
    private final String key = team.apiKey("WRITE");
    private final String authorization = "Authorization: Bearer " + key + "\r\n";

    @AfterAll
    void close() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "G", "GET /health HTTP/1.1\r\nHost: x\r\n", "GET /health HTTP/1.1\r\nHost: x\r\nX-Half: wr"})
    void a_head_that_is_sent_in_part_is_not_waited_for(String part) throws IOException {
        long begin = System.nanoTime();
        try (RawHttp connection = RawHttp.open(server.getURI())) {
            connection.send(part);
            assertThat(connection.rest()).isEmpty();
        }
        assertThat(since(begin)).isBetween(Duration.ofMillis(900), Duration.ofSeconds(3));
    }

    @Test
    void a_head_that_drips_is_not_waited_for() throws Exception {
        long begin = System.nanoTime();
        try (RawHttp connection = RawHttp.open(server.getURI())) {
            connection.send("GET /health HTTP/1.1\r\n");
            for (int i = 0; i < 5; i++) {
                connection.send("X-" + i + ": 1\r\n");
                Thread.sleep(150);
            }
            assertThat(connection.rest()).isEmpty();
        }
        assertThat(since(begin)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void a_connection_stays_open_for_a_while_between_requests() throws Exception {
        long begin = System.nanoTime();
        try (RawHttp connection = RawHttp.open(server.getURI())) {
            for (int i = 0; i < 2; i++) {
                connection.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(connection.status()).isEqualTo(200);
                skipToBody(connection);
                Thread.sleep(1_500);
            }
            connection.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(connection.status()).isEqualTo(200);
            connection.rest();
        }
        assertThat(since(begin)).isBetween(Duration.ofMillis(5_900), Duration.ofSeconds(9));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/graphql", "/v1/track", "/v1/metrics", "/t"})
    void a_body_that_stops_is_answered_and_not_waited_for(String path) throws IOException {
        long begin = System.nanoTime();
        try (RawHttp connection = RawHttp.post(
                server.getURI().resolve(path),
                authorization + "Content-Type: "
                        + (path.equals("/v1/metrics") ? "application/x-ndjson" : "application/json")
                        + "\r\nContent-Length: 400000\r\n",
                "{")) {
            assertThat(connection.status()).isEqualTo(408);
            assertThat(connection.rest()).contains("TIMEOUT", "Nothing of the body arrived for 1.0 s.");
        }
        assertThat(since(begin)).isBetween(Duration.ofMillis(900), Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/graphql", "/v1/track"})
    void a_body_that_drips_is_answered_and_not_waited_for(String path) throws Exception {
        long begin = System.nanoTime();
        try (RawHttp connection =
                RawHttp.post(server.getURI().resolve(path), authorization + JSON + "Content-Length: 400000\r\n", "{")) {
            for (int i = 0; i < 7; i++) {
                Thread.sleep(400);
                connection.send(" ");
            }
            assertThat(connection.status()).isEqualTo(408);
            assertThat(connection.rest()).contains("The body did not arrive within 3.0 s.");
        }
        assertThat(since(begin)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void an_import_that_is_slow_but_steady_goes_on() throws Exception {
        try (RawHttp connection = RawHttp.post(
                server.getURI().resolve("/v1/metrics"),
                authorization + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n",
                "")) {
            for (int i = 0; i < 8; i++) {
                Thread.sleep(600);
                connection.send("3\r\n{}\n\r\n");
            }
            connection.send("0\r\n\r\n");
            assertThat(connection.status()).isEqualTo(200);
            for (String line = connection.line(); !line.contains("\"done\":true"); line = connection.line()) {
                assertThat(line).isNotEqualTo("the end");
            }
        }
    }

    @Test
    void a_refused_body_is_not_read_for_ever() throws IOException {
        long begin = System.nanoTime();
        try (RawHttp connection = RawHttp.post(
                server.getURI().resolve("/graphql"),
                "Authorization: Bearer pgk_nobody\r\n" + JSON + "Content-Length: 400000\r\n",
                "{")) {
            assertThat(connection.status()).isEqualTo(401);
            connection.rest();
        }
        assertThat(since(begin)).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void who_reads_nothing_of_a_large_answer_is_not_waited_for() throws Exception {
        long begin = System.nanoTime();
        try (RawHttp connection = RawHttp.open(server.getURI())) {
            for (int i = 0; i < 200; i++) {
                connection.send("GET /schema.graphqls HTTP/1.1\r\nHost: x\r\n\r\n");
            }
            connection.read(10);
            while (metric("pulsegraph_http_unsent_bytes") == 0) {
                assertThat(since(begin)).isLessThan(Duration.ofSeconds(10));
            }
            while (metric("pulsegraph_http_unsent_bytes") > 0) {
                assertThat(since(begin)).isLessThan(Duration.ofSeconds(15));
                Thread.sleep(100);
            }
        }
    }

    @Test
    void who_reads_slowly_gets_all_of_it() throws Exception {
        try (RawHttp connection = RawHttp.open(server.getURI())) {
            connection.send("GET /schema.graphqls HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            int read = 0;
            for (int more = connection.read(32_768); more > 0; more = connection.read(32_768)) {
                read += more;
                Thread.sleep(200);
            }
            assertThat(read).isGreaterThan(sdl().getBytes(StandardCharsets.UTF_8).length);
        }
    }

    @Test
    void connections_have_a_bound_and_one_address_has_a_lower_one() throws Exception {
        Map<String, Object> settings =
                Map.of("pulsegraph.http.max-connections", 6, "pulsegraph.http.max-connections-per-address", 4);
        try (var small = ApplicationContext.run(EmbeddedServer.class, settings, "test")) {
            List<RawHttp> open = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                open.add(answered(small.getURI()));
            }
            try (RawHttp refused = RawHttp.open(small.getURI())) {
                refused.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(refused.rest()).isEmpty();
            }
            open.getFirst().close();
            try (RawHttp room = eventually(small.getURI())) {
                assertThat(room).isNotNull();
            }
            for (RawHttp connection : open) {
                connection.close();
            }
        }
    }

    @Test
    void a_new_connection_takes_the_place_of_one_that_does_nothing() throws Exception {
        Map<String, Object> settings = Map.of("pulsegraph.http.max-connections", 3);
        try (var small = ApplicationContext.run(EmbeddedServer.class, settings, "test")) {
            RawHttp idlest = answered(small.getURI());
            Thread.sleep(20);
            try (RawHttp second = answered(small.getURI());
                    RawHttp third = answered(small.getURI());
                    RawHttp fourth = answered(small.getURI())) {
                assertThat(idlest.rest()).isEmpty();
                for (RawHttp kept : List.of(second, third, fourth)) {
                    kept.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
                    assertThat(kept.status()).isEqualTo(200);
                }
            }
        }
    }

    private static RawHttp answered(URI server) throws IOException {
        RawHttp connection = RawHttp.open(server);
        connection.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(connection.status()).isEqualTo(200);
        skipToBody(connection);
        return connection;
    }

    private static RawHttp eventually(URI server) throws IOException {
        for (int i = 0; ; i++) {
            RawHttp connection = RawHttp.open(server);
            connection.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
            if (connection.status() == 200) {
                return connection;
            }
            assertThat(i).isLessThan(100);
        }
    }

    private static void skipToBody(RawHttp connection) throws IOException {
        int length = 0;
        for (String line = connection.line(); !line.isEmpty(); line = connection.line()) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length: ")) {
                length = Integer.parseInt(line.substring(16));
            }
        }
        connection.read(length);
    }

    private String sdl() {
        return api.send(api.bearer(null).request("/schema.graphqls").build()).text();
    }

    private double metric(String name) {
        return api.send(api.bearer(null).request("/prometheus").build())
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.replaceFirst(".* ", "")))
                .sum();
    }

    private static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
