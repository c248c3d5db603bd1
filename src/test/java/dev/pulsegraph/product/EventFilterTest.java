package dev.pulsegraph.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conditions on properties that hostile clients and callers think of. */
@MicronautTest(transactional = false)
class EventFilterTest {
    private static final String EVENTS = "query ($slug: String!, $range: TimeRange!, $filter: EventFilter) {"
            + " organization(slug: $slug) { events(range: $range, filter: $filter) { totalCount } } }";

    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    private final Instant at = Instant.now().minusSeconds(3600);
    private Fixtures.Team team;

    @BeforeEach
    void makeTeam() {
        team = fixtures.team();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "we\"ird",
                "$",
                "@",
                "*",
                "**",
                "a b",
                "ключ",
                "\uD83D\uDE00",
                "1",
                "\"",
                "'",
                "{1}",
                "? (@ == 1)",
                "|| true",
                "[*]",
                "line\nbreak",
                "tab\t",
                "\u0001",
                "last",
                "null",
                "__proto__",
                "constructor",
                "-",
                "\\u0041"
            })
    void a_key_and_a_value_are_nothing_but_themselves(String text) {
        track(Map.of(text, text), Map.of("other", "other"), Map.of("a", "b"));
        assertThat(count(text, "EQ", text)).isEqualTo(1);
        assertThat(count(text, "CONTAINS", text)).isEqualTo(1);
        assertThat(count(text, "IN", List.of(text, "no"))).isEqualTo(1);
        assertThat(count(text, "NE", text)).isZero();
        assertThat(count("other", "EQ", text)).isZero();
    }

    @Test
    void a_dot_and_a_backslash_in_a_key_are_escaped() {
        track(Map.of("a.b", 1), Map.of("a", Map.of("b", 1)), Map.of("a\\", Map.of("b", 1)));
        assertThat(count("a.b", "EQ", 1)).isEqualTo(1);
        assertThat(count("a\\.b", "EQ", 1)).isEqualTo(1);
        assertThat(count("a\\\\.b", "EQ", 1)).isEqualTo(1);
    }

    @Test
    void every_kind_of_json_is_compared_by_its_type() {
        Map<String, @Nullable Object> none = new HashMap<>();
        none.put("x", null);
        track(
                Map.of("x", 1),
                Map.of("x", "1"),
                Map.of("x", true),
                Map.of("x", List.of(1, "b")),
                Map.of("x", Map.of("x", 1)),
                none,
                Map.of());
        assertThat(count("x", "EQ", 1)).as("the number, and the list with it").isEqualTo(2);
        assertThat(count("x", "EQ", "1")).isEqualTo(1);
        assertThat(count("x", "EQ", true)).isEqualTo(1);
        assertThat(count("x", "EQ", null)).isEqualTo(2);
        assertThat(count("x", "EXISTS", false)).isEqualTo(2);
        assertThat(count("x", "GT", 0)).isEqualTo(2);
        assertThat(count("x", "GT", "0")).as("texts").isEqualTo(2);
        assertThat(count("x.x", "LTE", 1)).isEqualTo(1);
        assertThat(count("x.x.x.x", "EXISTS", true)).isZero();
    }

    @Test
    void large_numbers_are_compared_exactly() {
        track(Map.of("x", 9007199254740993L), Map.of("x", 9007199254740992L));
        assertThat(count("x", "EQ", 9007199254740993L)).isEqualTo(1);
        assertThat(count("x", "GT", 9007199254740992L)).isEqualTo(1);
    }

    @Test
    void an_event_of_a_thousand_properties_is_filtered() {
        Map<String, Object> many = new LinkedHashMap<>();
        for (int i = 0; i < 1000; i++) {
            many.put("p" + i, i);
        }
        track(many);
        assertThat(count("p999", "GTE", 999)).isEqualTo(1);
    }

    @Test
    void too_long_a_path_too_deep_a_path_and_too_many_filters_are_refused() {
        assertThat(ask(List.of(where("a".repeat(10_000), "EQ", 1))).argument()).isEqualTo("path");
        assertThat(ask(List.of(where("a.".repeat(10) + "a", "EQ", 1))).argument())
                .isEqualTo("path");
        List<Map<String, @Nullable Object>> many = new ArrayList<>();
        for (int i = 0; i < 21; i++) {
            many.add(where("a", "EQ", 1));
        }
        ask(many).failed("LIMIT_EXCEEDED");
    }

    private int count(String path, String op, @Nullable Object value) {
        Answer answer = ask(List.of(where(path, op, value))).succeeded();
        return Integer.parseInt(answer.text("organization.events.totalCount"));
    }

    private Answer ask(List<Map<String, @Nullable Object>> where) {
        return team.asOwner()
                .ask(
                        EVENTS,
                        Map.of(
                                "slug",
                                team.slug(),
                                "range",
                                Map.of(
                                        "from",
                                        at.toString(),
                                        "to",
                                        at.plusSeconds(60).toString()),
                                "filter",
                                Map.of("where", where)));
    }

    private static Map<String, @Nullable Object> where(String path, String op, @Nullable Object value) {
        Map<String, @Nullable Object> where = new HashMap<>();
        where.put("path", path);
        where.put("op", op);
        where.put("value", value);
        return where;
    }

    @SafeVarargs
    private final void track(Map<String, ?>... properties) {
        List<Map<String, ?>> events = new ArrayList<>();
        for (Map<String, ?> one : properties) {
            events.add(Map.of(
                    "messageId",
                    "m" + events.size(),
                    "type",
                    "TRACK",
                    "name",
                    "Told",
                    "anonymousId",
                    "ann",
                    "timestamp",
                    at.toString(),
                    "properties",
                    one));
        }
        team.track(events);
    }
}
