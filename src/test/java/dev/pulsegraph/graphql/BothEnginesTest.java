package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Json;
import dev.pulsegraph.support.Pair;
import dev.pulsegraph.support.World;
import dev.pulsegraph.support.Worlds;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** Every query of the pairs is answered by plans as by graphql-java, byte for byte. */
@MicronautTest(transactional = false)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BothEnginesTest {
    private static final Path PAIRS = Path.of("src/test/resources/api");
    /** What no two requests share. */
    private static final String OF_ITS_OWN =
            "Correlation ID: [0-9a-f-]+|\"(correlationId|asOf)\":\"[^\"]+\"|\"(time|remaining)\":\\d+";

    /** They tell of the server that answers. */
    private static final Path OF_THE_SERVER = PAIRS.resolve("system");

    private final EmbeddedServer graphqlJava =
            ApplicationContext.run(EmbeddedServer.class, Map.of("test.graphql-java", true), "test");

    @Inject
    Worlds worlds;

    @Inject
    Json json;

    private World planned;
    private World executed;

    @BeforeAll
    void createWorld() {
        planned = worlds.create();
        executed = new World(graphqlJava.getApplicationContext().getBean(Api.class), planned.values());
    }

    @AfterAll
    void stop() {
        graphqlJava.close();
    }

    @TestFactory
    Stream<DynamicTest> pairs() throws IOException {
        List<Path> queries;
        try (Stream<Path> files = Files.walk(PAIRS)) {
            queries = files.filter(file -> file.toString().endsWith(".graphql"))
                    .filter(file -> !file.startsWith(OF_THE_SERVER))
                    .filter(file -> Pair.read(file).steps().stream().noneMatch(Pair.Step::isMutation))
                    .sorted()
                    .toList();
        }
        assertThat(queries).hasSizeGreaterThan(100);
        return queries.stream()
                .map(query -> DynamicTest.dynamicTest(
                        PAIRS.relativize(query).toString(), query.toUri(), () -> compare(Pair.read(query))));
    }

    private void compare(Pair pair) throws IOException {
        Map<String, String> values = new HashMap<>(planned.values());
        int number = 0;
        for (Pair.Step step : pair.steps()) {
            Answer answer = ask(planned, step, values);
            assertThat(shown(answer)).isEqualTo(shown(ask(executed, step, values)));
            Pair.remember(String.valueOf(++number), answer.body().get("data"), values);
        }
    }

    private static String shown(Answer answer) {
        return answer.status() + " " + answer.text().replaceAll(OF_ITS_OWN, "…");
    }

    private Answer ask(World world, Pair.Step step, Map<String, String> values) throws IOException {
        Map<String, @Nullable Object> given = new HashMap<>();
        if (json.read(Pair.resolved(step.variables(), values)) instanceof Map<?, ?> variables) {
            variables.forEach((name, value) -> given.put(String.valueOf(name), value));
        }
        return world.as(Pair.resolved(step.as(), values)).ask(Pair.resolved(step.document(), values), given);
    }
}
