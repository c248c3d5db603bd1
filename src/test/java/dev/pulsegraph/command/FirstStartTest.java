package dev.pulsegraph.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.pulsegraph.support.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What the first start with an embedded database makes and tells, and what later ones do not. */
@DisabledIf(
        value = "dev.pulsegraph.support.TestServer#hasVector",
        disabledReason = "an embedded server of its own, as in the other world")
class FirstStartTest {
    private static final String TOKEN = "(?s).*eyJ[A-Za-z0-9_-]+\\.eyJ.*";
    private static final String DEMO_PAGE = "Demo page";

    @TempDir
    Path directory;

    @Test
    void a_token_is_told_once_and_secrets_that_others_may_read_are_told_of() throws Exception {
        Path data = directory.resolve("data");
        try (var server = ServerProcess.startWithDatabase(data, directory)) {
            awaitEnd(server, DEMO_PAGE);
            assertThat(server.output())
                    .contains("A token of owner@acme.example")
                    .matches(TOKEN);
            assertThat(server.output()).doesNotContain("chmod");
        }
        try (Stream<Path> files = Files.list(data)) {
            assertThat(files.filter(file -> file.toString().matches(".*(password|secret).*")))
                    .hasSize(4)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
        List<String> opened = List.of("jwt-secret", "database-login-password");
        for (String name : opened) {
            Files.setPosixFilePermissions(data.resolve(name), PosixFilePermissions.fromString("rw-r--r--"));
        }
        try (var server = ServerProcess.startWithDatabase(data, directory)) {
            awaitEnd(server, DEMO_PAGE);
            assertThat(server.output())
                    .contains("token --user owner@acme.example")
                    .doesNotContain("A token of")
                    .doesNotMatch(TOKEN);
            for (String name : opened) {
                assertThat(server.output())
                        .contains("The secret in " + data.resolve(name) + " is accessible to other users: chmod 600 "
                                + data.resolve(name));
            }
        }
    }

    @Test
    void a_first_start_that_was_killed_is_made_up_for_by_the_next() throws Exception {
        Path data = directory.resolve("data");
        ServerProcess.killAt(data, directory, "Loading the demo organizations");
        try (var server = ServerProcess.startWithDatabase(data, directory)) {
            awaitEnd(server, DEMO_PAGE);
            assertThat(server.output()).contains("Loading the demo organizations", "A token of owner@acme.example");
        }
    }

    /** Tokens come from there, and none from here. */
    @Test
    void with_an_identity_provider_it_starts_and_tells_no_token() throws Exception {
        HttpServer provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/", exchange -> {
            byte[] none = "{\"keys\":[]}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, none.length);
            exchange.getResponseBody().write(none);
            exchange.close();
        });
        provider.start();
        Path data = directory.resolve("data");
        try (var server = ServerProcess.startWithDatabase(
                data,
                directory,
                "-Dpulsegraph.jwt.jwks-url=http://127.0.0.1:"
                        + provider.getAddress().getPort() + "/keys")) {
            awaitEnd(server, DEMO_PAGE);
            assertThat(server.metric("jvm_threads_live_threads"))
                    .as("it serves")
                    .isPositive();
            assertThat(server.output()).doesNotContain("token").doesNotMatch(TOKEN);
            assertThat(data.resolve("jwt-secret")).doesNotExist();
        } finally {
            provider.stop(0);
        }
    }

    private static void awaitEnd(ServerProcess server, String text) throws IOException, InterruptedException {
        for (int i = 0; i < 600 && !server.output().contains(text); i++) {
            Thread.sleep(50);
        }
        // What is told is told at once.
        assertThat(server.output()).contains(text);
        Thread.sleep(200);
    }
}
