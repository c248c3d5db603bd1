package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.RawHttp;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Requests under keys that nobody has, and what is left to those that have one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class StrangersTest {
    private static final int MANY = 512;
    private static final String JSON = "Content-Type: application/json\r\n";

    private final EmbeddedServer server = ApplicationContext.run(
            EmbeddedServer.class,
            Map.of("pulsegraph.http.body-idle", "20s", "pulsegraph.http.body-timeout", "20s"),
            "test");
    private final Api api = server.getApplicationContext().getBean(Api.class);
    private final GroupCommit commit = server.getApplicationContext().getBean(GroupCommit.class);
    private final Fixtures.Team team =
            server.getApplicationContext().getBean(Fixtures.class).team();
    private final String key = team.apiKey("INGEST");
    private final List<RawHttp> open = new ArrayList<>();

    @AfterEach
    void leave() throws IOException {
        for (RawHttp connection : open) {
            connection.close();
        }
        open.clear();
        while (commit.inFlight().used() > 0) {
            Thread.onSpinWait();
        }
    }

    @AfterAll
    void close() {
        server.close();
    }

    @Test
    void a_key_in_the_header_that_nobody_has_is_refused_before_the_body() throws IOException {
        for (int i = 0; i < MANY; i++) {
            open.add(post("/v1/page", "Authorization: Bearer pgk_invented" + i + "\r\n", 500_000, "{"));
        }
        assertThat(page("header").status()).isEqualTo(200);
        for (RawHttp connection : open) {
            assertThat(connection.status()).isEqualTo(401);
        }
        assertThat(commit.inFlight().used()).isZero();
    }

    @Test
    void bodies_that_promise_much_and_send_nothing_hold_nothing() throws IOException {
        for (int i = 0; i < MANY; i++) {
            open.add(post("/v1/page", "", 500_000, "{"));
        }
        assertThat(page("silent").status()).isEqualTo(200);
        assertThat(pageWithKeyInBody("silent").status()).isEqualTo(200);
        assertThat(commit.inFlight().used()).isLessThan(2 * MANY);
    }

    @Test
    void those_whose_key_is_not_known_yet_share_an_eighth_and_are_in_nobodys_way() throws IOException {
        String half = "{\"writeKey\": \"" + "x".repeat(400_000);
        for (int i = 0; i < 60; i++) {
            open.add(post("/v1/page", "", 500_000, half));
        }
        int refused = 0;
        for (RawHttp connection : open.subList(30, 60)) {
            refused += connection.isAnswered() && connection.status() == 429 ? 1 : 0;
        }
        assertThat(refused).as("most of the last").isGreaterThan(20);
        assertThat(commit.inFlight().used()).isLessThan(commit.inFlight().bound() / 8);
        assertThat(page("header beside").status()).isEqualTo(200);
        // As browsers send it: all of it is here before anybody has to wait for it.
        assertThat(pageWithKeyInBody("body beside").status()).isEqualTo(200);
    }

    @Test
    void a_key_in_the_body_that_nobody_has_is_refused() {
        Answer answer = api.send(api.bearer(null)
                .request("/v1/page")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        Events.json(Events.with(Events.page("nobody"), "writeKey", "pgk_nobody"))))
                .build());
        answer.failed("UNAUTHENTICATED");
        assertThat(answer.status()).isEqualTo(401);
    }

    private RawHttp post(String path, String headers, int length, String body) throws IOException {
        return RawHttp.post(server.getURI().resolve(path), headers + JSON + "Content-Length: " + length + "\r\n", body);
    }

    private Answer page(String message) {
        return api.send(Events.request(api.uri("/v1/page"), key, Events.page(Fixtures.unique(message))));
    }

    private Answer pageWithKeyInBody(String message) {
        return api.send(api.bearer(null)
                .request("/v1/page")
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(
                        Events.json(Events.with(Events.page(Fixtures.unique(message)), "writeKey", key))))
                .build());
    }
}
