package dev.pulsegraph.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.demo.Demo;
import dev.pulsegraph.security.JwtSettings;
import dev.pulsegraph.security.Tokens;
import dev.pulsegraph.support.ServerProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The embedded PostgreSQL of a server is killed. */
@DisabledIf(
        value = "dev.pulsegraph.support.TestServer#hasVector",
        disabledReason = "an embedded server of its own, as in the other world")
class DatabaseLossTest {
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    @AfterEach
    void stop() {
        http.close();
    }

    @Test
    void it_is_started_again_however_often_it_is_killed_and_meanwhile_callers_are_told() throws Exception {
        Path data = directory.resolve("data");
        try (var server = ServerProcess.startWithDatabase(
                data,
                directory,
                "-Dpulsegraph.demo.on-first-start=false",
                "-Dpulsegraph.database.operation-deadline=4s",
                "-Dpulsegraph.database.statement-timeout=2s")) {
            String token = token(data);
            assertThat(ask(server, token, create("before")).body()).contains("\"slug\":\"before\"");
            for (String slug : List.of("once", "twice")) {
                kill(data);
                List<HttpResponse<String>> refused = new ArrayList<>();
                Instant end = Instant.now().plusSeconds(60);
                HttpResponse<String> answer = ask(server, token, create(slug));
                while (answer.statusCode() != 200) {
                    refused.add(answer);
                    assertThat(Instant.now()).as(server.output()).isBefore(end);
                    answer = ask(server, token, create(slug));
                }
                assertThat(answer.body()).contains("\"slug\":\"" + slug + "\"");
                assertThat(refused).allSatisfy(refusal -> {
                    assertThat(refusal.statusCode()).as(refusal.body()).isEqualTo(503);
                    assertThat(refusal.body()).contains("UNAVAILABLE");
                    assertThat(refusal.headers().firstValue("Retry-After")).isPresent();
                });
            }
            assertThat(ask(server, token, "{ organizations { nodes { slug } } }")
                            .body())
                    .contains("before", "once", "twice");
            assertThat(server.output().lines())
                    .filteredOn(line -> line.contains("The database cannot be reached"))
                    .as("once a minute")
                    .hasSizeLessThanOrEqualTo(2);
            assertThat(server.output()).contains("PostgreSQL has ended unexpectedly", "PostgreSQL is back after");
        }
        assertThat(data.resolve("postgres-17/postmaster.pid")).doesNotExist();
    }

    @Test
    void a_server_whose_database_does_not_come_back_ends_with_a_code_for_its_supervisor() throws Exception {
        Path data = directory.resolve("data");
        try (var server = ServerProcess.startWithDatabase(
                data,
                directory,
                "-Dpulsegraph.demo.on-first-start=false",
                "-Dpulsegraph.database.restart-timeout=2s")) {
            Files.writeString(data.resolve("postgres-17/postgresql.conf"), "no_such_setting = 1\n");
            kill(data);
            assertThat(server.awaitEnd(Duration.ofSeconds(60))).isEqualTo(75);
            assertThat(server.output())
                    .contains("PostgreSQL did not stay up for PT2S")
                    .contains("no_such_setting")
                    .contains("restarting it in PT0.5S");
        }
    }

    private static void kill(Path data) throws Exception {
        String pid =
                Files.readAllLines(data.resolve("postgres-17/postmaster.pid")).getFirst();
        ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
        postmaster.destroyForcibly();
        while (EmbeddedPostgresProcess.isAlive(postmaster)) {
            Thread.sleep(10);
        }
    }

    private static String create(String slug) {
        return "mutation { createOrganization(input: { name: \\\"A\\\", slug: \\\"" + slug
                + "\\\" }) { organization { slug } } }";
    }

    private HttpResponse<String> ask(ServerProcess server, String token, String query)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(server.uri("/graphql"))
                        .timeout(Duration.ofSeconds(20))
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer " + token)
                        .POST(HttpRequest.BodyPublishers.ofString("{\"query\": \"" + query + "\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String token(Path data) {
        var settings = new JwtSettings(
                null, data.resolve("jwt-secret").toString(), null, "pulsegraph", "pulsegraph", Duration.ofSeconds(30));
        return new Tokens(settings, Clock.systemUTC(), null)
                .issue(Demo.idOf("owner@acme.example"), "Olivia", "owner@acme.example", false, Duration.ofHours(1));
    }
}
