package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.GraphQLSocket;
import dev.pulsegraph.support.Json;
import dev.pulsegraph.support.ServerProcess;
import dev.pulsegraph.support.TestDatabase;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server in a process of its own that is asked to end by the operating system. */
@MicronautTest(transactional = false)
class ServerStopTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    /** Issues tokens; the other server has the same secret. */
    @Inject
    Api api;

    @Inject
    Json json;

    private final TestDatabase database = TestDatabase.migrated();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void open_subscriptions_are_told_that_the_server_goes_away(@TempDir Path directory) throws Exception {
        String token = api.token("owner@stop.example", false);
        try (ServerProcess server = ServerProcess.start(database, directory)) {
            String organization = createOrganization(server, token);
            List<GraphQLSocket> sockets = Stream.generate(() -> subscribed(server, token, organization))
                    .limit(3)
                    .toList();
            long begin = System.nanoTime();
            server.terminate();
            for (GraphQLSocket socket : sockets) {
                assertThat(socket.awaitClose()).isEqualTo(new GraphQLSocket.Closed(1001, "The server stops"));
                socket.close();
            }
            server.stop();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SOON);
            assertThat(server.output()).doesNotContain("ERROR", "WARN");
        }
    }

    private GraphQLSocket subscribed(ServerProcess server, String token, String organization) {
        GraphQLSocket socket = GraphQLSocket.open(server.uri("/graphql"), json);
        socket.init(Map.of("Authorization", "Bearer " + token));
        socket.expect("connection_ack");
        socket.subscribe(
                "1",
                "subscription ($id: ID!) { trafficUpdates(organization: $id) { pageViews } }",
                Map.of("id", organization));
        assertThat(socket.expect("next").at("payload.data.trafficUpdates.pageViews"))
                .isEqualTo(0);
        return socket;
    }

    private String createOrganization(ServerProcess server, String token) throws IOException, InterruptedException {
        String query =
                "mutation { createOrganization(input: { name: \"A team\", slug: \"stops\" }) { organization { id } } }";
        HttpRequest request = HttpRequest.newBuilder(server.uri("/graphql"))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofString(json.line(Map.of("query", query))))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            String body =
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body();
            return body.replaceFirst(".*\"id\":\"([^\"]+)\".*", "$1");
        }
    }
}
