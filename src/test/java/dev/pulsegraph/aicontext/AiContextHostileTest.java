package dev.pulsegraph.aicontext;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.paging.Cursor;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Whatever is logged or said of AI context, the answer says what was wrong with it, by its name. */
@MicronautTest(transactional = false)
class AiContextHostileTest {
    private static final String LOG =
            "mutation ($input: LogAiContextInput!) { logAiContext(input: $input) { log { id contextSummary aiResponse metadata } } }";
    private static final String RATE =
            "mutation ($input: RateAiContextInput!) { rateAiContext(input: $input) { log { feedbackScore } } }";

    @Inject
    Fixtures fixtures;

    private Fixtures.@Nullable Team team;

    @BeforeEach
    void somebody() {
        team = fixtures.team();
    }

    @TestFactory
    Stream<DynamicTest> logs_that_are_refused() {
        return Stream.of(
                refused("sourceType", ""),
                refused("sourceType", "x".repeat(100_000)),
                refused("sourceType", "chat "),
                refused("sourceType", "chat\u0000"),
                refused("sourceType", "\ud83d"),
                refused("sourceType", "chat'; drop table ai_context_logs; --"),
                refused("source", ""),
                refused("source", "chat-17"),
                refused("source", "\u0000"),
                refused("source", "{00000000-0000-4000-8000-000000000001}"),
                refused("source", "x".repeat(100_000)),
                refused("source", team().id()),
                refused("contextSummary", ""),
                refused("contextSummary", "x".repeat(20_001)),
                refused("contextSummary", "a\u0000b"),
                refused("contextSummary", "\udc00"),
                refused("aiResponse", ""),
                refused("aiResponse", "x".repeat(100_001)),
                refused("aiResponse", "\u0000"),
                refused("promptTemplate", ""),
                refused("promptTemplate", "x".repeat(20_001)),
                refused("modelUsed", ""),
                refused("modelUsed", "x".repeat(201)),
                refused("metadata", List.of()),
                refused("metadata", 1),
                refused("metadata", "{}"),
                refused("metadata", Map.of("a", "x".repeat(16_384))),
                refused("metadata", Map.of("a", "x\u0000")),
                refused("metadata", Map.of("\u0000", 1)),
                refused("metadata", Map.of("a", Map.of("b", List.of("\ud83d")))));
    }

    @Test
    void texts_at_their_bounds_go_in_and_come_out() {
        String smile = "😀";
        String summary = smile.repeat(20_000);
        String response = "\"\\\n\t'%s${x}".repeat(1000) + smile;
        Map<String, Object> metadata = Map.of("a", "x".repeat(16_000), "1e9", 1e300, "list", List.of(Map.of()));
        Answer answer = log(Map.of("contextSummary", summary, "aiResponse", response, "metadata", metadata))
                .succeeded();
        assertThat(answer.text("logAiContext.log.contextSummary")).isEqualTo(summary);
        assertThat(answer.text("logAiContext.log.aiResponse")).isEqualTo(response);
        assertThat(((Map<?, ?>) Objects.requireNonNull(answer.at("logAiContext.log.metadata"))).get("a"))
                .isEqualTo(metadata.get("a"));
    }

    @TestFactory
    Stream<DynamicTest> scores_that_are_refused() {
        String id = log(Map.of()).succeeded().text("logAiContext.log.id");
        return Stream.of(0, 6, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 3_000_000_000L, 4.5, "5", true, List.of(5, 4))
                .map(score -> DynamicTest.dynamicTest(String.valueOf(score), () -> {
                    Answer answer =
                            team().asOwner().ask(RATE, Map.of("input", Map.of("id", id, "feedbackScore", score)));
                    assertThat(clean(answer).code()).isEqualTo("BAD_USER_INPUT");
                }));
    }

    @TestFactory
    Stream<DynamicTest> cursors_that_are_forged() {
        UUID id = UUID.randomUUID();
        return Stream.of(
                        "",
                        "rubbish",
                        new Cursor("member.joinedAt", "2026-01-01T00:00:00Z", id).encode(),
                        new Cursor("aiContext.createdAt", "soon", id).encode(),
                        new Cursor("aiContext.createdAt", "'; select 1", id).encode(),
                        new Cursor("aiContext.createdAt", "+999999999-12-31T23:59:59Z", id).encode())
                .map(cursor -> DynamicTest.dynamicTest("after " + cursor, () -> {
                    Answer answer = team().asOwner()
                            .ask(
                                    "query ($slug: String!, $after: String) { organization(slug: $slug) { aiContext(after: $after) { nodes { id } } } }",
                                    Map.of("slug", team().slug(), "after", cursor));
                    assertThat(clean(answer).failed("BAD_USER_INPUT").argument())
                            .isEqualTo("after");
                }));
    }

    private DynamicTest refused(String field, Object value) {
        String shown = value.toString();
        String name =
                field + " " + shown.substring(0, Math.min(20, shown.length())).replace('\u0000', '0');
        return DynamicTest.dynamicTest(name, () -> {
            Answer answer = log(Map.of(field, value));
            assertThat(answer.failed("BAD_USER_INPUT").argument()).isEqualTo(field);
            assertThat(answer.message()).startsWith(field + ": ").hasSizeLessThan(400);
        });
    }

    private Answer log(Map<String, ?> fields) {
        Map<String, Object> input = new HashMap<>(fields);
        input.put("organization", team().id());
        input.putIfAbsent("sourceType", "chat");
        input.putIfAbsent("contextSummary", "x");
        return clean(team().asOwner().ask(LOG, Map.of("input", input)));
    }

    /** Without a word of the inside. */
    private static Answer clean(Answer answer) {
        assertThat(answer.text().substring(0, Math.min(2000, answer.text().length())))
                .doesNotContain("INTERNAL", "org.postgresql", "dev.pulsegraph", "Exception", "SQL");
        return answer;
    }

    private Fixtures.Team team() {
        return Objects.requireNonNull(team);
    }
}
