package dev.pulsegraph.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What strangers see of how a server is, and what those who look after it. */
class OwnPortTest {

    @Test
    void health_and_metrics_can_have_a_port_of_their_own() throws IOException {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Map<String, Object> settings = Map.of("endpoints.all.port", port);
        try (var server = ApplicationContext.run(EmbeddedServer.class, settings, "test")) {
            Api api = server.getApplicationContext().getBean(Api.class);
            for (String path : new String[] {"/prometheus", "/health", "/health/readiness"}) {
                assertThat(at(api, server.getURI().resolve(path)).status())
                        .as(path)
                        .isEqualTo(404);
                URI own = URI.create("http://localhost:" + port + path);
                assertThat(at(api, own).status()).as(path).isEqualTo(200);
            }
            assertThat(at(api, URI.create("http://localhost:" + port + "/health"))
                            .text())
                    .contains("pg_stat_statements");
            assertThat(at(api, URI.create("http://localhost:" + port + "/graphql"))
                            .status())
                    .as("the API is not there")
                    .isEqualTo(404);
        }
    }

    @Test
    void strangers_see_only_whether_all_is_well() {
        try (var server = ApplicationContext.run(EmbeddedServer.class, Map.of(), "test")) {
            Api api = server.getApplicationContext().getBean(Api.class);
            for (Api.As stranger : new Api.As[] {
                api.bearer(null), api.as("member@health.example"), api.bearer("pgk_nobody"), api.bearer("nonsense")
            }) {
                Answer answer = api.send(stranger.request("/health").build());
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.text()).isEqualTo("{\"status\":\"UP\"}");
            }
            Answer full = api.send(
                    api.asOperator("operator@health.example").request("/health").build());
            assertThat(full.text()).contains("\"status\":\"UP\"", "database", "pg_stat_statements");
        }
    }

    private static Answer at(Api api, URI address) {
        return api.send(HttpRequest.newBuilder(address).build());
    }
}
