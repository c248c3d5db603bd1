package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Json;
import dev.pulsegraph.support.Superuser;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The client graphql-ws from npm, as applications use it. Skipped where there is no node, or npm cannot install it. */
@MicronautTest(transactional = false)
@Property(name = "test.ticks", value = "true")
class GraphqlWsClientTest {
    private static final Path SOURCES = Path.of("src/test/node");
    private static final Path WORK = Path.of("target/node").toAbsolutePath();

    @Inject
    Api api;

    @Inject
    Json json;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Inject
    TickResolver ticks;

    @Test
    void the_client_of_the_protocols_authors_works_unchanged() throws IOException, InterruptedException {
        Fixtures.Team team = fixtures.team();
        UUID organization = GlobalId.decode("id", team.id()).uuid();
        install();
        Process client = new ProcessBuilder(
                        "node",
                        "client.mjs",
                        api.uri("/graphql").toString().replaceFirst("^http", "ws"),
                        String.valueOf(team.asOwner().bearer()),
                        team.id())
                .directory(WORK.toFile())
                .redirectErrorStream(true)
                .start();
        List<String> said = new ArrayList<>();
        try (BufferedReader lines = client.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (json.read(line) instanceof Map<?, ?> message) {
                    said.add(message.get("what") + "=" + message.get("value"));
                    if ("value".equals(message.get("what")) && message.get("value") instanceof Integer number) {
                        ticks.set(organization, number + 1);
                        superuser.texts("select app.notify_change('tick', ?)", organization);
                    }
                }
            }
        } finally {
            client.destroy();
        }
        assertThat(client.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(said)
                .contains("pong=null")
                .filteredOn(line -> !line.startsWith("pong"))
                .containsExactly(
                        "closed=4403",
                        "refused=4403",
                        "connected=null",
                        "query={data={__typename=Query, viewer={organizations={nodes=[{name=A team}]}}}}",
                        "closed=1000",
                        "connected=null",
                        "invalid=BAD_USER_INPUT",
                        "closed=1000",
                        "connected=null",
                        "refusedSubscription=BAD_USER_INPUT",
                        "closed=1000",
                        "connected=null",
                        "other=0",
                        "value=0",
                        "value=1",
                        "value=2",
                        "value=3",
                        "ended=null",
                        "closed=1000");
    }

    private static void install() throws IOException, InterruptedException {
        Files.createDirectories(WORK);
        for (String file : List.of("package.json", "client.mjs")) {
            Files.copy(SOURCES.resolve(file), WORK.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        assumeTrue(runs("node", "--version"), "there is no node, so the client graphql-ws is not tried");
        assumeTrue(
                runs("npm", "install", "--no-audit", "--no-fund", "--prefer-offline"),
                "npm cannot install the client graphql-ws, so it is not tried");
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(WORK.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(WORK.resolve(command[0] + ".log").toFile())
                    .start();
            return process.waitFor(3, TimeUnit.MINUTES) && process.exitValue() == 0;
        } catch (IOException notThere) {
            return false;
        }
    }
}
