package dev.pulsegraph.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of events, and events over time. */
@MicronautTest(transactional = false)
class EventSeriesTest {
    private static final String SERIES = "query ($slug: String!, $query: EventQuery!) { organization(slug: $slug) {"
            + " eventSeries(query: $query) { timeZone series { metric aggregation group other total points { at value samples"
            + " source complete } comparison { total points { value } } } } } }";

    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    private final Instant day = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(3));
    private Fixtures.Team team;

    @BeforeEach
    void makeTeam() {
        team = fixtures.team();
    }

    @Test
    void names_are_counted_with_their_visitors() {
        track(
                event("1", "Viewed", "ann", "10:00:00", Map.of("n", 1)),
                event("2", "Viewed", "ann", "10:20:00", Map.of("n", 2)),
                event("3", "Viewed", "bob", "11:59:59", Map.of("n", 3)),
                event("4", "Bought", "bob", "12:00:00", Map.of("price", 9.5)),
                event("4", "Bought", "bob", "12:00:00", Map.of("price", 9.5)));
        String query =
                "{ organization(slug: \"" + team.slug() + "\") { eventNames(range: { from: \"%s\", to: \"%s\" }) {"
                        + " name type count visitors firstSeen lastSeen sampleProperties } } }";
        Answer all = team.asOwner()
                .ask(query.formatted(day, day.plus(Duration.ofDays(1))))
                .succeeded();
        assertThat(all.list("organization.eventNames")).hasSize(2);
        assertThat(all.text("organization.eventNames.0.name")).isEqualTo("Viewed");
        assertThat(all.text("organization.eventNames.0.count")).isEqualTo("3");
        assertThat(all.text("organization.eventNames.0.visitors")).isEqualTo("2");
        assertThat(all.text("organization.eventNames.1.count")).isEqualTo("1");
        assertThat(all.text("organization.eventNames.1.sampleProperties.price")).isEqualTo("9.5");
        Answer some = team.asOwner()
                .ask(query.formatted(day.plusSeconds(36_001), day.plusSeconds(43_200)))
                .succeeded();
        assertThat(some.list("organization.eventNames")).hasSize(1);
        assertThat(some.text("organization.eventNames.0.count")).isEqualTo("2");
        assertThat(Instant.parse(some.text("organization.eventNames.0.firstSeen")))
                .isEqualTo(day.plusSeconds(36_000));
        assertThat(fixtures.team()
                        .asOwner()
                        .ask(query.formatted(day, day.plusSeconds(1)))
                        .text("organization"))
                .as("somebody of another organization")
                .isEqualTo("null");
    }

    @ParameterizedTest
    @CsvSource({
        "COUNT,,4",
        "VISITORS,,2",
        "SUM,cart.total,60.5",
        "AVG,cart.total,20.166666666666668",
        "MIN,cart.total,10.5",
        "MAX,cart.total,30.0",
        "P50,cart.total,20.0",
        "P90,cart.total,28.0"
    })
    void a_measure_is_made_of_the_events_of_a_bucket(String measure, String property, double total) {
        track(
                event("1", "Bought", "ann", "10:00:00", Map.of("cart", Map.of("total", 10.5))),
                event("2", "Bought", "ann", "10:10:00", Map.of("cart", Map.of("total", 20))),
                event("3", "Bought", "bob", "11:00:00", Map.of("cart", Map.of("total", 30))),
                event("4", "Bought", "bob", "11:00:00", Map.of("cart", Map.of("total", "no number"))));
        Map<String, @Nullable Object> query = query("HOUR", 24);
        query.put("measure", measure);
        if (property != null) {
            query.put("property", property);
        }
        query.put(
                "filter", Map.of("names", List.of("Bought"), "where", List.of(Map.of("path", "cart", "op", "EXISTS"))));
        Answer answer = ask(query);
        assertThat(number(answer, "series.0.total")).isEqualTo(total);
        assertThat(answer.text("organization.eventSeries.series.0.metric"))
                .isEqualTo(property == null ? measure : measure + "(cart.total)");
        assertThat(answer.text("organization.eventSeries.series.0.points.10.source"))
                .isEqualTo("RAW");
    }

    @Test
    void current_visitors_are_those_of_the_last_five_minutes() {
        Instant now = Instant.now();
        track(
                with(
                        event("1", "a", "ann", "00:00:00", Map.of()),
                        "timestamp",
                        now.minusSeconds(2).toString()),
                with(
                        event("2", "a", "ann", "00:00:00", Map.of()),
                        "timestamp",
                        now.minusSeconds(100).toString()),
                with(
                        event("3", "a", "bob", "00:00:00", Map.of()),
                        "timestamp",
                        now.minusSeconds(240).toString()),
                with(
                        event("4", "a", "eve", "00:00:00", Map.of()),
                        "timestamp",
                        now.minusSeconds(310).toString()),
                with(
                        event("5", "a", "joe", "00:00:00", Map.of()),
                        "timestamp",
                        now.plusSeconds(3600).toString()));
        String query = "{ organization(slug: \"" + team.slug() + "\") { currentVisitors } }";
        assertThat(team.asOwner().ask(query).succeeded().text("organization.currentVisitors"))
                .isEqualTo("2");
        assertThat(fixtures.team().asOwner().ask(query).text("organization")).isEqualTo("null");
    }

    @Test
    void sessions_are_those_of_page_views_and_clicks() {
        track(
                with(event("1", null, "ann", "10:00:00", Map.of()), "type", "PAGE"),
                with(event("2", null, "ann", "10:10:00", Map.of()), "type", "PAGE"),
                with(event("3", null, "ann", "11:00:00", Map.of()), "type", "PAGE"),
                event("4", "Bought", "ann", "11:00:00", Map.of()));
        Map<String, @Nullable Object> query = query("DAY", 24);
        query.put("measure", "SESSIONS");
        assertThat(number(ask(query), "series.0.total")).isEqualTo(2);
    }

    @Test
    void groups_beyond_the_largest_are_measured_together() {
        track(
                event("1", "a", "ann", "10:00:00", Map.of("plan", "pro")),
                event("2", "a", "dan", "10:10:00", Map.of("plan", "pro")),
                event("3", "b", "bob", "11:00:00", Map.of("plan", "free")),
                event("4", "c", "bob", "11:00:00", Map.of("plan", 7)),
                event("5", "c", "eve", "11:00:00", Map.of()));
        Map<String, @Nullable Object> query = query("TOTAL", 24);
        query.putAll(Map.of("measure", "VISITORS", "groupBy", "plan", "topGroups", 1));
        Answer answer = ask(query);
        assertThat(answer.list("organization.eventSeries.series")).hasSize(2);
        assertThat(number(answer, "series.1.total"))
                .as("bob and eve, once each")
                .isEqualTo(2);
        assertThat(answer.text("organization.eventSeries.series.1.other")).isEqualTo("true");
        query.remove("topGroups");
        assertThat(groups(ask(query)))
                .containsOnly(
                        Map.entry("pro", 2.0), Map.entry("free", 1.0), Map.entry("7", 1.0), Map.entry("null", 1.0));
        query.putAll(Map.of("measure", "COUNT", "groupBy", "name"));
        assertThat(groups(ask(query))).containsOnly(Map.entry("a", 2.0), Map.entry("c", 2.0), Map.entry("b", 1.0));
        query.put("groupBy", "type");
        assertThat(groups(ask(query))).containsOnly(Map.entry("TRACK", 5.0));
    }

    @Test
    void the_period_before_is_compared_point_by_point() {
        track(
                event("1", "a", "ann", "10:00:00", Map.of()),
                event("2", "a", "ann", "34:00:00", Map.of()),
                event("3", "a", "bob", "34:30:00", Map.of()));
        for (boolean raw : new boolean[] {false, true}) {
            Map<String, @Nullable Object> query = query("HOUR", 24);
            query.put(
                    "range",
                    Map.of(
                            "from",
                            day.plus(Duration.ofDays(1)).toString(),
                            "to",
                            day.plus(Duration.ofDays(2)).toString()));
            query.put("compareTo", "PREVIOUS_PERIOD");
            query.put("filter", filter(raw, List.of("a")));
            Answer answer = ask(query);
            assertThat(number(answer, "series.0.total")).isEqualTo(2);
            assertThat(number(answer, "series.0.comparison.total")).isEqualTo(1);
            assertThat(number(answer, "series.0.comparison.points.10.value")).isEqualTo(1);
            assertThat(answer.text("organization.eventSeries.series.0.points.10.source"))
                    .isEqualTo(raw ? "RAW" : "ROLLUP");
        }
    }

    /** What rollups say is what counting events says, however late these come, in any zone. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void rollups_answer_what_events_do(long seed) {
        Random random = new Random(seed);
        List<Map<String, @Nullable Object>> events = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Map<String, @Nullable Object> event = new HashMap<>(event(
                    "m" + random.nextInt(280),
                    random.nextInt(5) == 0 ? null : "n" + random.nextInt(6),
                    "v" + random.nextInt(20),
                    "00:00:00",
                    Map.of()));
            event.put(
                    "timestamp", day.plusMillis(random.nextInt(2 * 86_400_000)).toString());
            event.put(
                    "type",
                    event.get("name") == null ? List.of("PAGE", "IDENTIFY").get(random.nextInt(2)) : "TRACK");
            events.add(event);
        }
        for (int from = 0; from < events.size(); from += 60) {
            track(events.subList(from, from + 60));
        }
        for (String zone : List.of("UTC", "Asia/Kolkata", "America/New_York")) {
            for (String groupBy : new String[] {null, "name", "type"}) {
                for (List<String> names : new ArrayList<>(List.of(List.<String>of(), List.of("n1", "n3")))) {
                    Map<String, @Nullable Object> query =
                            query(List.of("HOUR", "DAY", "TOTAL").get(random.nextInt(3)), 48);
                    query.put(
                            "range",
                            Map.of(
                                    "from",
                                    day.plusSeconds(random.nextInt(7200)).toString(),
                                    "to",
                                    day.plusSeconds(90_000 + random.nextInt(90_000))
                                            .toString()));
                    query.put("timeZone", zone);
                    query.put("groupBy", groupBy);
                    query.put("topGroups", groupBy == null || random.nextBoolean() ? null : 1 + random.nextInt(3));
                    query.put("compareTo", random.nextBoolean() ? "PREVIOUS_PERIOD" : null);
                    query.put("filter", filter(false, names));
                    String rollups = withoutSources(ask(query));
                    query.put("filter", filter(true, names));
                    assertThat(rollups).as("seed %s, %s", seed, query).isEqualTo(withoutSources(ask(query)));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "measure, SUM, property",
        "property, plan, property",
        "groupBy, a..b, groupBy",
        "topGroups, 3, topGroups",
        "timeZone, Mars/Olympus, timeZone"
    })
    void a_question_that_cannot_be_answered_is_refused(String field, String value, String argument) {
        Map<String, @Nullable Object> query = query("DAY", 24);
        query.put(field, field.equals("topGroups") ? Integer.valueOf(value) : value);
        Answer answer = team.asOwner().ask(SERIES, Map.of("slug", team.slug(), "query", query));
        answer.failed("BAD_USER_INPUT");
        assertThat(answer.argument()).isEqualTo(argument);
        assertThat(answer.text("organization.eventSeries")).isEqualTo("null");
    }

    private static Map<String, @Nullable Object> filter(boolean raw, List<String> names) {
        Map<String, @Nullable Object> filter = new HashMap<>();
        filter.put("names", names.isEmpty() ? null : names);
        if (raw) {
            filter.put("where", List.of(Map.of("path", "no.such", "op", "EXISTS", "value", false)));
        }
        return filter;
    }

    private static String withoutSources(Answer answer) {
        return answer.text().replaceAll("\"source\":\"[A-Z]+\"", "");
    }

    private static Map<String, Double> groups(Answer answer) {
        Map<String, Double> groups = new HashMap<>();
        for (int i = 0; i < answer.list("organization.eventSeries.series").size(); i++) {
            groups.put(
                    answer.text("organization.eventSeries.series." + i + ".group"),
                    number(answer, "series." + i + ".total"));
        }
        return groups;
    }

    private static double number(Answer answer, String path) {
        return Double.parseDouble(answer.text("organization.eventSeries." + path));
    }

    private Answer ask(Map<String, @Nullable Object> query) {
        return team.asOwner()
                .ask(SERIES, Map.of("slug", team.slug(), "query", query))
                .succeeded();
    }

    private Map<String, @Nullable Object> query(String granularity, int hours) {
        Map<String, @Nullable Object> query = new HashMap<>();
        query.put(
                "range",
                Map.of(
                        "from",
                        day.toString(),
                        "to",
                        day.plus(Duration.ofHours(hours)).toString()));
        query.put("granularity", granularity);
        query.put("timeZone", "UTC");
        return query;
    }

    private Map<String, @Nullable Object> event(
            String messageId,
            @Nullable String name,
            String visitor,
            String time,
            Map<String, @Nullable Object> properties) {
        String[] parts = time.split(":");
        Map<String, @Nullable Object> event = new HashMap<>();
        event.put("messageId", messageId);
        event.put("type", "TRACK");
        event.put("name", name);
        event.put("anonymousId", visitor);
        event.put(
                "timestamp",
                day.plusSeconds(3600L * Integer.parseInt(parts[0])
                                + 60L * Integer.parseInt(parts[1])
                                + Integer.parseInt(parts[2]))
                        .toString());
        event.put("properties", properties);
        return event;
    }

    private static Map<String, @Nullable Object> with(Map<String, @Nullable Object> event, String field, Object value) {
        event.put(field, value);
        return event;
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private final void track(Map<String, @Nullable Object>... events) {
        track(Arrays.asList(events));
    }

    private void track(List<Map<String, @Nullable Object>> events) {
        team.track(events);
    }
}
