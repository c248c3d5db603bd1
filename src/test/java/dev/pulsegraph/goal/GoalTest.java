package dev.pulsegraph.goal;

import static dev.pulsegraph.support.StatementCounts.AROUND_A_QUERY;
import static dev.pulsegraph.support.StatementCounts.statements;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Conversions are what a naive count of all events says, live, in any zone, for any number of goals at once. */
@MicronautTest(transactional = false)
class GoalTest {
    private static final String CONVERSIONS =
            "query ($slug: String!, $range: DateRange!) { organization(slug: $slug) { goals { name conversions(range: $range) { visitors conversions rate revenue previous { visitors conversions rate revenue } } } } }";
    private static final String BOT = "Googlebot/2.1 (+http://www.google.com/bot.html)";

    @Inject
    Fixtures fixtures;

    @Test
    void conversions_are_those_of_a_naive_count_in_several_zones() {
        Random random = new Random(15);
        for (String zone : List.of("UTC", "Asia/Tokyo", "America/St_Johns", "Pacific/Apia")) {
            var team = fixtures.team();
            team.asOwner()
                    .ask(
                            "mutation ($id: ID!, $zone: String) { updateOrganization(input: { id: $id, timeZone: $zone }) { organization { id } } }",
                            Map.of("id", team.id(), "zone", zone))
                    .succeeded();
            save(team, Map.of("name", "0", "event", "e0"));
            save(team, Map.of("name", "1", "event", "e1", "value", "total"));
            save(team, Map.of("name", "2", "path", "/a*", "value", "total"));
            save(
                    team,
                    Map.of(
                            "name",
                            "3",
                            "event",
                            "e0",
                            "where",
                            List.of(Map.of("path", "total", "op", "GTE", "value", 5))));
            Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            List<Told> told = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                told.add(new Told(
                        "v" + random.nextInt(12),
                        now.minus(Duration.ofMinutes(random.nextInt(12 * 24 * 60))),
                        random.nextInt(3),
                        random.nextInt(10)));
            }
            send(team, told.stream().map(Told::event).toList());
            LocalDate today = LocalDate.ofInstant(now, ZoneId.of(zone));
            for (int days : new int[] {1, 3, 5}) {
                LocalDate to = today.minusDays(1);
                LocalDate from = to.minusDays(days - 1);
                Answer answer = ask(team, Map.of("from", from.toString(), "to", to.toString()));
                for (int goal = 0; goal < 4; goal++) {
                    assertThat(answer.at("organization.goals." + goal + ".conversions"))
                            .as("goal %s of %s days in %s", goal, days, zone)
                            .isEqualTo(expected(told, goal, from, to, days, zone));
                }
            }
        }
    }

    private static Map<String, @Nullable Object> expected(
            List<Told> told, int goal, LocalDate from, LocalDate to, int days, String zone) {
        Map<String, @Nullable Object> expected = count(told, goal, from, to, zone);
        expected.put("previous", count(told, goal, from.minusDays(days), to.minusDays(days), zone));
        return expected;
    }

    private static Map<String, @Nullable Object> count(
            List<Told> told, int goal, LocalDate from, LocalDate to, String zone) {
        Set<String> everybody = new HashSet<>();
        Set<String> visitors = new HashSet<>();
        int conversions = 0;
        double revenue = 0;
        for (Told one : told) {
            LocalDate day = LocalDate.ofInstant(one.at, ZoneId.of(zone));
            if (day.isBefore(from) || day.isAfter(to)) {
                continue;
            }
            everybody.add(one.visitor);
            if (one.reaches(goal)) {
                visitors.add(one.visitor);
                conversions++;
                revenue += one.total;
            }
        }
        Map<String, @Nullable Object> count = new HashMap<>();
        count.put("visitors", visitors.size());
        count.put("conversions", conversions);
        count.put("rate", everybody.isEmpty() ? null : (Double) ((double) visitors.size() / everybody.size()));
        count.put("revenue", goal == 1 || goal == 2 ? (Double) revenue : null);
        return count;
    }

    @Test
    void what_is_no_number_is_worth_nothing_and_too_much_is_a_number() {
        var team = fixtures.team();
        save(team, Map.of("name", "Paid", "event", "paid", "value", "cart.total"));
        String now = Instant.now().toString();
        List<Map<String, Object>> events = new ArrayList<>();
        for (Object total : new Object[] {1.5, "7", true, List.of(9), Map.of("a", 1), 2}) {
            events.add(event("ann", "paid", now, Map.of("cart", Map.of("total", total))));
        }
        events.add(event("ann", "paid", now, Map.of("cart", 3)));
        send(team, events);
        assertThat(ask(team, Map.of("last", 2)).at("organization.goals.0.conversions.revenue"))
                .isEqualTo(3.5);
        send(
                team,
                List.of(
                        event("ann", "paid", now, Map.of("cart", Map.of("total", 1.7e308))),
                        event("ann", "paid", now, Map.of("cart", Map.of("total", 1.7e308)))));
        assertThat(ask(team, Map.of("last", 2)).at("organization.goals.0.conversions.revenue"))
                .isEqualTo(1.7e308);
    }

    @Test
    void bots_reach_no_goal_and_are_no_visitors() {
        var team = fixtures.team();
        save(team, Map.of("name", "Paid", "event", "paid"));
        String now = Instant.now().toString();
        Map<String, Object> bot = new HashMap<>(event("bot", "paid", now, Map.of()));
        bot.put("context", Map.of("userAgent", BOT));
        send(team, List.of(bot, event("ann", "paid", now, Map.of())));
        assertThat(ask(team, Map.of("last", 2)).at("organization.goals.0.conversions.visitors"))
                .isEqualTo(1);
        assertThat(ask(team, Map.of("last", 2)).at("organization.goals.0.conversions.rate"))
                .isEqualTo(1.0);
    }

    @Test
    void any_number_of_goals_and_ranges_take_one_statement() {
        var team = fixtures.team();
        String query = "{ organization(slug: \"" + team.slug()
                + "\") { goals { day: conversions(range: { last: 1 }) { visitors } week: conversions(range: { last: 7 }) { rate previous { rate } } } } }";
        save(team, Map.of("name", "0", "event", "e0"));
        assertThat(statements(team.asOwner(), query)).hasSize(AROUND_A_QUERY + 3);
        for (int i = 1; i < 5; i++) {
            save(team, Map.of("name", "" + i, "path", "/" + i));
        }
        assertThat(statements(team.asOwner(), query)).hasSize(AROUND_A_QUERY + 3);
    }

    @Test
    void an_organization_has_at_most_100_goals() {
        var team = fixtures.team();
        for (int i = 0; i < 100; i++) {
            save(team, Map.of("name", "goal " + i, "event", "e" + i));
        }
        Answer refused = team.asOwner()
                .ask(
                        "mutation ($input: SaveGoalInput!) { saveGoal(input: $input) { goal { id } } }",
                        Map.of("input", Map.of("organization", team.id(), "name", "one more", "event", "e")));
        assertThat(refused.failed("LIMIT_EXCEEDED").message()).contains("at most 100 goals");
        send(team, List.of(event("ann", "e99", Instant.now().toString(), Map.of())));
        assertThat(ask(team, Map.of("last", 2)).list("organization.goals"))
                .filteredOn(goal -> String.valueOf(goal).contains("visitors=1"))
                .hasSize(1);
    }

    private static void save(Fixtures.Team team, Map<String, ?> fields) {
        Map<String, Object> input = new HashMap<>(fields);
        input.put("organization", team.id());
        team.asOwner()
                .ask(
                        "mutation ($input: SaveGoalInput!) { saveGoal(input: $input) { goal { id } } }",
                        Map.of("input", input))
                .succeeded();
    }

    private static Answer ask(Fixtures.Team team, Map<String, ?> range) {
        return team.asOwner()
                .ask(CONVERSIONS, Map.of("slug", team.slug(), "range", range))
                .succeeded();
    }

    private static void send(Fixtures.Team team, List<Map<String, Object>> events) {
        team.track(events);
    }

    private static Map<String, Object> event(String visitor, String name, String at, Map<String, Object> properties) {
        return Map.of(
                "messageId",
                Fixtures.unique("m"),
                "type",
                "TRACK",
                "name",
                name,
                "anonymousId",
                visitor,
                "timestamp",
                at,
                "properties",
                properties);
    }

    /**
     * An event that was told.
     *
     * @param kind 0 and 1 events of a name, 2 a view
     */
    private record Told(String visitor, Instant at, int kind, int total) {
        boolean reaches(int goal) {
            return goal == 3 ? kind == 0 && total >= 5 : goal == kind;
        }

        Map<String, Object> event() {
            Map<String, Object> event = new HashMap<>(
                    GoalTest.event(visitor, "e" + kind, at.toString(), Map.of("total", total, "path", "/a/" + total)));
            if (kind == 2) {
                event.put("type", "PAGE");
                event.remove("name");
            }
            return event;
        }
    }
}
