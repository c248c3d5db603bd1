package dev.pulsegraph.funnel;

import static dev.pulsegraph.support.StatementCounts.AROUND_A_QUERY;
import static dev.pulsegraph.support.StatementCounts.statements;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.funnel.oracle.ToldEvent;
import dev.pulsegraph.funnel.oracle.ToldEvent.Kind;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is weak about funnels elsewhere holds here, and no question harms the server. */
@MicronautTest(transactional = false)
class FunnelTest {
    @SuppressWarnings("TimeInStaticInitializer")
    private static final Instant BEGIN =
            Instant.now().minus(Duration.ofDays(10)).truncatedTo(ChronoUnit.DAYS);

    private static final List<Map<String, String>> STEPS = List.of(Map.of("event", "a"), Map.of("event", "b"));
    private static final String QUESTION =
            "query ($slug: String!, $input: FunnelInput!) { organization(slug: $slug) { name funnel(input: $input) { version entered converted conversion score complete steps { entered conversionFromPrevious } breakdown { value other entered } } } }";
    private static final String SAVE =
            "mutation ($input: SaveFunnelInput!) { saveFunnel(input: $input) { funnel { id version } } }";

    @Inject
    Fixtures fixtures;

    /** Source 003.5, number 4: "starts" were all visitors with any event. */
    @Test
    void who_never_did_the_first_step_does_not_enter() {
        var world = new FunnelWorld(fixtures.team());
        world.tell(List.of(event("one", "a", 0), event("one", "b", 1), event("two", "b", 2), event("three", "x", 3)));
        Answer answer = ask(world, Map.of());
        assertThat(answer.at("organization.funnel.entered")).isEqualTo(1);
        assertThat(answer.at("organization.funnel.converted")).isEqualTo(1);
    }

    /** Source 003.5, number 4: steps had no order, and rates could exceed 100 %. */
    @Test
    void what_came_before_the_first_step_is_no_step_and_no_rate_is_above_1() {
        var world = new FunnelWorld(fixtures.team());
        world.tell(List.of(
                event("one", "b", 0),
                event("one", "a", 1),
                event("two", "b", 2),
                event("two", "b", 3),
                event("two", "a", 4)));
        Answer answer = ask(world, Map.of());
        assertThat(answer.at("organization.funnel.entered")).isEqualTo(2);
        assertThat(answer.at("organization.funnel.converted")).isEqualTo(0);
        assertThat(answer.at("organization.funnel.conversion")).isEqualTo(0.0);
    }

    /** Source 003.5, number 4: a visitor on two days started twice. */
    @Test
    void a_visitor_of_two_days_counts_once_with_the_best_attempt() {
        var world = new FunnelWorld(fixtures.team());
        world.tell(List.of(
                event("one", "a", 0), event("one", "a", 3000), event("one", "b", 3001), event("one", "a", 6000)));
        Answer answer = ask(world, Map.of("window", "PT1H"));
        assertThat(answer.at("organization.funnel.entered")).isEqualTo(1);
        assertThat(answer.at("organization.funnel.converted")).isEqualTo(1);
    }

    /** Source 003.5, number 4: rows in between counted as abandonment. */
    @Test
    void who_converts_is_not_among_those_who_dropped() {
        var world = new FunnelWorld(fixtures.team());
        world.tell(List.of(event("one", "a", 0), event("one", "b", 1), event("two", "a", 2)));
        Answer answer = world.team
                .asOwner()
                .ask(
                        "query ($slug: String!, $input: FunnelInput!) { organization(slug: $slug) { funnel(input: $input) { secondsToConvert dropped(step: 1) { nodes { visitor } } } } }",
                        Map.of("slug", world.team.slug(), "input", input(Map.of())))
                .succeeded();
        assertThat(answer.list("organization.funnel.dropped.nodes")).isEqualTo(List.of(Map.of("visitor", "two")));
        assertThat(answer.at("organization.funnel.secondsToConvert")).isEqualTo(60.0);
    }

    /** Source 003.5, number 4: editing steps rewrote history. */
    @Test
    void a_version_counts_what_it_counted_before_the_funnel_was_edited() {
        var world = new FunnelWorld(fixtures.team());
        world.tell(List.of(event("one", "a", 0), event("one", "b", 1)));
        String funnel = save(world, Map.of("name", "Edited", "steps", STEPS)).text("saveFunnel.funnel.id");
        save(world, Map.of("id", funnel, "steps", List.of(Map.of("event", "b"), Map.of("event", "c"))));
        assertThat(askSaved(world, funnel, 1).at("organization.funnel.converted"))
                .isEqualTo(1);
        assertThat(askSaved(world, funnel, 2).at("organization.funnel.converted"))
                .isEqualTo(0);
    }

    /** Source 003.5, number 4: deleting a funnel orphaned its events. */
    @Test
    void a_deleted_funnel_takes_nothing_along_but_its_versions() {
        var world = new FunnelWorld(fixtures.team());
        world.tell(List.of(event("one", "a", 0), event("one", "b", 1)));
        String funnel = save(world, Map.of("name", "Deleted", "steps", STEPS)).text("saveFunnel.funnel.id");
        world.team
                .asOwner()
                .ask("mutation { deleteFunnel(input: { id: \"" + funnel + "\" }) { deletedId } }")
                .succeeded();
        assertThat(ask(world, Map.of()).at("organization.funnel.converted")).isEqualTo(1);
    }

    @Test
    void any_number_of_funnels_take_a_statement_for_versions_and_one_that_counts() {
        var world = new FunnelWorld(fixtures.team());
        world.tell(List.of(event("one", "a", 0), event("one", "b", 1)));
        String funnel = save(world, Map.of("name", "Asked", "steps", STEPS)).text("saveFunnel.funnel.id");
        String range = "range: { from: \"" + BEGIN + "\", to: \"" + BEGIN.plus(7, ChronoUnit.DAYS) + "\" }";
        String saved = "funnel(input: { funnel: \"" + funnel + "\", " + range + " }) { entered }";
        String own = "funnel(input: { steps: [{ event: \"a\" }, { event: \"b\" }], " + range + " }) { entered }";
        assertThat(statements(world.team.asOwner(), question(world, "one: " + own)))
                .hasSize(AROUND_A_QUERY + 2);
        assertThat(statements(
                        world.team.asOwner(),
                        question(world, "one: " + own + " two: " + saved + " three: " + saved + " four: " + own)))
                .hasSize(AROUND_A_QUERY + 3);
    }

    /** A path of a hundred segments, properties of every kind, patterns of stars: each is matched in time, or refused. */
    @Test
    void hostile_events_and_patterns_are_counted_in_time() {
        var world = new FunnelWorld(fixtures.team());
        Map<String, Object> properties = new HashMap<>();
        for (int i = 0; i < 1000; i++) {
            properties.put("p" + i, List.of(i));
        }
        properties.put("path", "/" + "a".repeat(480));
        properties.put("plan", List.of(1, "pro", Map.of("plan", "pro")));
        List<Map<String, Object>> events = IntStream.range(0, 50)
                .mapToObj(i -> Map.<String, Object>of(
                        "messageId",
                        "h" + i,
                        "type",
                        "PAGE",
                        "anonymousId",
                        "hostile",
                        "timestamp",
                        BEGIN.plusSeconds(i).toString(),
                        "properties",
                        properties))
                .toList();
        world.team.track(events);
        String stars = "*a*a*a*a*a*a*a*a*a*b";
        long began = System.nanoTime();
        Answer answer = ask(
                world,
                Map.of(
                        "steps",
                        IntStream.range(0, 10)
                                .mapToObj(i -> Map.of("path", stars))
                                .toList()));
        assertThat(answer.at("organization.funnel.entered")).isEqualTo(0);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
        assertThat(ask(world, Map.of("steps", List.of(Map.of("path", "*a*"), Map.of("path", "*")), "breakdown", "plan"))
                        .at("organization.funnel.converted"))
                .isEqualTo(1);
        for (String bad : List.of("*".repeat(400) + "b", "x".repeat(501), "*a".repeat(11))) {
            Answer refused = world.team
                    .asOwner()
                    .ask(
                            QUESTION,
                            Map.of(
                                    "slug",
                                    world.team.slug(),
                                    "input",
                                    input(Map.of("steps", List.of(Map.of("path", bad), Map.of("path", "/"))))));
            if (bad.startsWith("**")) {
                refused.succeeded();
            } else {
                assertThat(refused.failed("BAD_USER_INPUT").argument()).isEqualTo("path");
                assertThat(refused.at("organization.name")).isNotNull();
            }
        }
    }

    /** Signs of LIKE are signs of a path like others. */
    @Test
    void a_path_means_itself_but_for_stars() {
        var world = new FunnelWorld(fixtures.team());
        world.tell(
                List.of(page("percent", "/100%"), page("under", "/a_b"), page("other", "/axb"), page("back", "/a\\b")));
        for (String path : List.of("/100%", "/a_b", "/a\\b")) {
            assertThat(ask(world, Map.of("steps", List.of(Map.of("path", path), Map.of("path", "/none"))))
                            .at("organization.funnel.entered"))
                    .as(path)
                    .isEqualTo(1);
        }
        assertThat(ask(world, Map.of("steps", List.of(Map.of("path", "/a*b"), Map.of("path", "/none"))))
                        .at("organization.funnel.entered"))
                .isEqualTo(3);
    }

    @Test
    void more_values_than_are_told_apart_are_one() {
        var world = new FunnelWorld(fixtures.team());
        List<ToldEvent> events = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            events.add(new ToldEvent("v" + i, BEGIN, Kind.EVENT, "a", null, i < 4 ? "big" : "small" + i));
        }
        world.tell(events);
        Answer answer = ask(world, Map.of("breakdown", "userCode"));
        assertThat(answer.list("organization.funnel.breakdown")).hasSize(11);
        assertThat(answer.at("organization.funnel.breakdown.0"))
                .isEqualTo(Map.of("value", "big", "other", false, "entered", 4));
        assertThat(answer.at("organization.funnel.breakdown.10.other")).isEqualTo(true);
        assertThat(answer.at("organization.funnel.breakdown.10.entered")).isEqualTo(17);
    }

    private static String question(FunnelWorld world, String fields) {
        return "{ organization(slug: \"" + world.team.slug() + "\") { " + fields + " } }";
    }

    private static Answer save(FunnelWorld world, Map<String, ?> fields) {
        Map<String, Object> input = new HashMap<>(fields);
        input.put("organization", world.team.id());
        return world.team.asOwner().ask(SAVE, Map.of("input", input)).succeeded();
    }

    private static Answer askSaved(FunnelWorld world, String funnel, int version) {
        Map<String, Object> input = input(Map.of("funnel", funnel, "version", version));
        input.remove("steps");
        return world.team
                .asOwner()
                .ask(QUESTION, Map.of("slug", world.team.slug(), "input", input))
                .succeeded();
    }

    private static Answer ask(FunnelWorld world, Map<String, ?> more) {
        return world.team
                .asOwner()
                .ask(QUESTION, Map.of("slug", world.team.slug(), "input", input(more)))
                .succeeded();
    }

    private static Map<String, Object> input(Map<String, ?> more) {
        Map<String, Object> input = new HashMap<>();
        input.put("steps", STEPS);
        input.put(
                "range",
                Map.of(
                        "from",
                        BEGIN.toString(),
                        "to",
                        BEGIN.plus(7, ChronoUnit.DAYS).toString()));
        input.putAll(more);
        return input;
    }

    private static ToldEvent event(String visitor, String name, int minute) {
        return new ToldEvent(visitor, BEGIN.plus(minute, ChronoUnit.MINUTES), Kind.EVENT, name, null, null);
    }

    private static ToldEvent page(String visitor, String path) {
        return new ToldEvent(visitor, BEGIN, Kind.PAGE, path, null, null);
    }
}
