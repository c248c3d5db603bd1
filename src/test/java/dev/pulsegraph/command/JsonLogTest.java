package dev.pulsegraph.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.Application;
import dev.pulsegraph.security.Secret;
import dev.pulsegraph.support.ClassPath;
import dev.pulsegraph.support.TestDatabase;
import io.micronaut.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With PULSEGRAPH_LOG_FORMAT=json a program reads what a server writes: every line of either stream is a JSON object. */
class JsonLogTest {
    private final TestDatabase database = TestDatabase.migrated();
    private final JsonMapper json = JsonMapper.createDefault();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void a_server_writes_nothing_but_json_and_names_the_request_of_a_line() throws Exception {
        UUID organization = UUID.randomUUID();
        String key = Secret.create(Secret.API_KEY).text();
        database.execute(
                "insert into organizations (id, name, slug) values ('" + organization + "', 'Logged', 'logged')");
        database.execute("insert into api_keys (organization_id, id, name, prefix, secret_sha256, scopes) values ('"
                + organization + "', gen_random_uuid(), 'a key', 'pgk_', decode('" + new Secret(key).sha256()
                + "', 'hex'), '{read}')");
        List<Map<?, ?>> lines = new ArrayList<>();
        Process server = start(database.login());
        try (BufferedReader output = server.inputReader(StandardCharsets.UTF_8);
                HttpClient http = HttpClient.newHttpClient()) {
            Object address = null;
            while (address == null) {
                Map<?, ?> line = read(output.readLine());
                lines.add(line);
                address = line.get("graphql");
            }
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(address.toString()))
                            .header("Content-Type", "application/json")
                            .header("Authorization", "Bearer " + key)
                            .header("X-Request-Id", "proxy-7")
                            .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"query\": \"query SlowOne { viewer { organizations { nodes { name } } } }\"}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.headers().firstValue("X-Request-Id")).contains("proxy-7");
            // Process.destroy would close what is still to be read.
            server.toHandle().destroy();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(read(line));
            }
        } finally {
            server.destroyForcibly().waitFor();
        }
        assertThat(lines).allSatisfy(line -> {
            assertThat(Instant.parse(String.valueOf(line.get("time")))).isNotNull();
            assertThat(String.valueOf(line.get("level"))).isIn("INFO", "WARN", "ERROR");
            assertThat(String.valueOf(line.get("message"))).isNotBlank().doesNotContain("{}");
            assertThat(line.get("logger")).isNotNull();
        });
        assertThat(lines).anySatisfy(line -> {
            assertThat(String.valueOf(line.get("message"))).startsWith("Slow query SlowOne: ");
            assertThat(line.get("requestId")).isEqualTo("proxy-7");
            assertThat(line.get("traceId")).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        });
    }

    @Test
    void a_server_that_does_not_start_says_so_in_json() throws Exception {
        Process server = start("nobody_at_all");
        try (BufferedReader output = server.inputReader(StandardCharsets.UTF_8)) {
            List<Map<?, ?>> lines = new ArrayList<>();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(read(line));
            }
            assertThat(server.waitFor()).isEqualTo(1);
            assertThat(lines.getLast().get("level")).isEqualTo("ERROR");
            assertThat(String.valueOf(lines.getLast().get("message"))).contains("nobody_at_all");
        }
    }

    private Map<?, ?> read(String line) throws IOException {
        assertThat(line).startsWith("{").endsWith("}");
        return Objects.requireNonNull((Map<?, ?>) json.readValue(line, Object.class));
    }

    private Process start(String login) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                // As the launcher says it.
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                ClassPath.ofTests(),
                // That of tests would come first.
                "-Dlogback.configurationFile="
                        + Path.of("src/main/resources/logback.xml").toAbsolutePath(),
                "-Dmicronaut.server.port=-1",
                "-Ddatasources.default.url=" + database.url(),
                "-Ddatasources.default.username=" + login,
                "-Ddatasources.default.password=" + database.password(),
                "-Dpulsegraph.jwt.secret=a secret of the tests that is long enough for HS256",
                "-Dpulsegraph.graphql.slow-operation=1ms",
                Application.class.getName()));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.matches("(PULSEGRAPH|DATASOURCES|MICRONAUT)_.*"));
        builder.environment().put("PULSEGRAPH_LOG_FORMAT", "json");
        return builder.start();
    }
}
