package dev.pulsegraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Coverage;
import dev.pulsegraph.support.Expectation;
import dev.pulsegraph.support.Json;
import dev.pulsegraph.support.Pair;
import dev.pulsegraph.support.TestServer;
import dev.pulsegraph.support.World;
import dev.pulsegraph.support.Worlds;
import graphql.schema.GraphQLSchema;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.util.diff.DiffUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every pair under {@code resources/api}: a query and the answer it must have. A missing answer is written, and fails
 * until somebody has checked it.
 */
@MicronautTest(transactional = false)
class ApiPairsTest {
    private static final Path PAIRS = Path.of("src/test/resources/api");

    /**
     * What no pair can use: an index is used for thousands of vectors only, see VectorIndexTest; visitors are exported by another
     * address, see PrivacyTest.
     */
    private static final Set<String> ELSEWHERE = Set.of(
            "SearchStrategy.HNSW",
            "PrivacyRequestType.EXPORT",
            "PrivacyRequestStatus.PENDING",
            "PrivacyRequestStatus.FAILED");

    @Inject
    Worlds worlds;

    @Inject
    Json json;

    @Inject
    GraphQLSchema schema;

    private @Nullable World unchanged;

    @TestFactory
    Stream<DynamicTest> pairs() throws IOException {
        Coverage coverage = new Coverage(schema);
        List<Path> queries;
        try (Stream<Path> files = Files.walk(PAIRS)) {
            queries = files.filter(file -> file.toString().endsWith(".graphql"))
                    .sorted()
                    .toList();
        }
        assertThat(orphans()).as("answers without a query").isEmpty();
        return Stream.concat(
                queries.stream()
                        .map(query -> DynamicTest.dynamicTest(
                                PAIRS.relativize(query).toString(),
                                query.toUri(),
                                () -> check(Pair.read(query), coverage))),
                Stream.of(DynamicTest.dynamicTest(
                        "every part of the schema is used by some pair",
                        () -> assertThat(coverage.unused()).isEqualTo(ELSEWHERE))));
    }

    private static List<Path> orphans() throws IOException {
        try (Stream<Path> files = Files.walk(PAIRS)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .filter(file -> !Files.exists(Path.of(file.toString().replaceFirst("json$", "graphql"))))
                    .toList();
        }
    }

    private void check(Pair pair, Coverage coverage) throws IOException {
        World world = unchanged();
        boolean changed = false;
        Map<String, String> values = new HashMap<>(world.values());
        values.put("pgvector.available", "" + TestServer.hasVector());
        values.put("pgvector.version", TestServer.hasVector() ? "\"<text>\"" : "null");
        List<@Nullable Object> bodies = new ArrayList<>();
        List<Runnable> notes = new ArrayList<>();
        for (Pair.Step step : pair.steps()) {
            String document = Pair.resolved(step.document(), values);
            Map<String, @Nullable Object> variables = object(json.read(Pair.resolved(step.variables(), values)));
            Answer answer = world.as(Pair.resolved(step.as(), values)).ask(document, variables);
            int status = step.status() == 0 && answer.errors().isEmpty() ? 200 : step.status();
            assertThat(answer.status())
                    .as("status of %s", answer.text())
                    .isEqualTo(status == 0 ? answer.status() : status);
            Object data = answer.body().get("data");
            changed |= step.isMutation() && answer.errors().isEmpty();
            Pair.remember(String.valueOf(bodies.size() + 1), data, values);
            bodies.add(withoutLocations(answer.body()));
            notes.add(() -> coverage.note(document, variables, data));
        }
        compare(pair, bodies.size() == 1 ? bodies.getFirst() : bodies, values, world.values());
        notes.forEach(Runnable::run);
        if (!changed) {
            unchanged = world;
        }
    }

    /** A world stays until a mutation changes it; one that fails changes nothing. */
    private World unchanged() {
        World world = unchanged == null ? worlds.create() : unchanged;
        unchanged = null;
        return world;
    }

    private void compare(Pair pair, @Nullable Object actual, Map<String, String> values, Map<String, String> world)
            throws IOException {
        if (Files.notExists(pair.expectation())) {
            Files.writeString(pair.expectation(), json.pretty(Expectation.draft(actual, world)));
            fail("%s was missing and has been written: please check the content", pair.expectation());
        }
        Object expected = json.read(Pair.resolved(Files.readString(pair.expectation()), values));
        List<String> wanted = json.pretty(expected).lines().toList();
        List<String> got =
                json.pretty(Expectation.reconcile(expected, actual)).lines().toList();
        if (!wanted.equals(got)) {
            fail(
                    "%s is not what was answered:%n%s",
                    pair.expectation(),
                    String.join(
                            "\n",
                            DiffUtils.generateUnifiedDiff(
                                    "expected", "answered", wanted, DiffUtils.diff(wanted, got), 3)));
        }
    }

    private static Map<String, @Nullable Object> withoutLocations(Map<String, @Nullable Object> body) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>(body);
        if (body.get("errors") instanceof List<?> errors) {
            result.put(
                    "errors",
                    errors.stream()
                            .map(error -> {
                                Map<String, @Nullable Object> shown = object(error);
                                shown.remove("locations");
                                return shown;
                            })
                            .toList());
        }
        return result;
    }

    private static Map<String, @Nullable Object> object(@Nullable Object json) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        if (json instanceof Map<?, ?> map) {
            map.forEach((key, value) -> object.put(String.valueOf(key), value));
        }
        return object;
    }
}
