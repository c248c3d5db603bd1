package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Json;
import dev.pulsegraph.support.NodeScript;
import dev.pulsegraph.support.Superuser;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The client graphql-ws from npm, as applications use it. */
@MicronautTest(transactional = false)
@Property(name = "test.ticks", value = "true")
class GraphqlWsClientTest {
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
        Process client = NodeScript.start(
                "subscriptions.mjs",
                api.uri("/graphql").toString().replaceFirst("^http", "ws"),
                String.valueOf(team.asOwner().bearer()),
                team.id());
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
}
