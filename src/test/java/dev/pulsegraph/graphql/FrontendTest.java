package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.http.CorsSettings;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import io.micronaut.context.annotation.Property;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Pages of other origins, and proxies between them and the server. */
@MicronautTest(transactional = false)
@Property(name = "pulsegraph.cors.origins", value = "http://localhost:5173, https://app.example")
class FrontendTest {
    private static final String BODY = "{\"query\": \"{ viewer { operator } }\"}";

    @Inject
    Api api;

    @Inject
    EmbeddedServer server;

    @Test
    void a_page_of_an_origin_that_is_set_may_ask() {
        for (String origin : new String[] {"http://localhost:5173", "https://app.example"}) {
            Answer preflight = preflight(origin);
            assertThat(preflight.status()).isEqualTo(200);
            assertThat(header(preflight, "Access-Control-Allow-Origin")).isEqualTo(origin);
            assertThat(header(preflight, "Access-Control-Allow-Methods")).contains("POST");
            assertThat(preflight
                            .headers()
                            .allValues("Access-Control-Allow-Headers")
                            .toString())
                    .containsIgnoringCase("authorization")
                    .containsIgnoringCase("content-type");
            Answer asked = ask(origin);
            assertThat(asked.succeeded().at("viewer.operator")).isEqualTo(false);
            assertThat(header(asked, "Access-Control-Allow-Origin")).isEqualTo(origin);
            for (Answer answer : new Answer[] {preflight, asked}) {
                assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-credentials");
            }
        }
    }

    @Test
    void a_page_of_another_origin_may_not() {
        Answer preflight = preflight("https://elsewhere.example");
        assertThat(preflight.status()).isBetween(400, 499);
        for (Answer answer : new Answer[] {preflight, ask("https://elsewhere.example")}) {
            assertThat(answer.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control"));
        }
    }

    @Test
    void a_proxy_may_ask_under_the_name_of_the_machine() throws IOException {
        for (String host : new String[] {"127.0.0.1:8080", "localhost", "app.example"}) {
            String request = "POST /graphql HTTP/1.1\r\nHost: " + host + "\r\nOrigin: https://somewhere.example\r\n"
                    + "Authorization: Bearer " + api.token("proxied@spec.example", false)
                    + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " + BODY.length()
                    + "\r\n\r\n" + BODY;
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer).as(host).startsWith("HTTP/1.1 200").contains("\"operator\":false");
            }
        }
    }

    @Test
    void what_is_no_origin_is_refused() {
        for (String wrong :
                new String[] {"localhost:5173", "https://app.example/", "https://", "app.example", "null"}) {
            assertThatThrownBy(() -> new CorsSettings(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("pulsegraph.cors.origins: `" + wrong + "` is not an origin");
        }
        assertThat(new CorsSettings("*, https://app.example:8443 ").allowed())
                .containsExactly("*", "https://app.example:8443");
        assertThat(new CorsSettings(null).allowed()).isEmpty();
    }

    private Answer preflight(String origin) {
        return api.send(HttpRequest.newBuilder(api.uri("/graphql"))
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,content-type")
                .method("OPTIONS", BodyPublishers.noBody())
                .build());
    }

    private Answer ask(String origin) {
        return api.send(api.as("frontend@spec.example")
                .request("/graphql")
                .header("Origin", origin)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(BODY))
                .build());
    }

    private static String header(Answer answer, String name) {
        return answer.headers().firstValue(name).orElse("none");
    }
}
