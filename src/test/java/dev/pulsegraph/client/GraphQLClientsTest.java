package dev.pulsegraph.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.NodeScript;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** GraphQL's own clients from npm, unmodified: {@code src/test/node/clients.mjs} has a file for each, and prints a line. */
@MicronautTest(transactional = false)
class GraphQLClientsTest {
    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Test
    void every_client_gets_what_it_needs() throws IOException, InterruptedException {
        Fixtures.Team team = fixtures.team();
        Process clients = NodeScript.start(
                "clients.mjs",
                api.uri("/").toString().replaceFirst("/$", ""),
                String.valueOf(team.asOwner().bearer()),
                team.id());
        String said = new String(clients.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(clients.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(clients.exitValue()).as(said).isZero();
        for (String client : new String[] {"apollo", "codegen", "graphql-http", "relay", "urql"}) {
            assertThat(said.lines()).as(said).anyMatch(line -> line.startsWith("ok      " + client + ": "));
        }
    }
}
