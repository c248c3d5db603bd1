package dev.pulsegraph.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Visitors who are one: {@code identify}, {@code alias}, and traits of users. */
@MicronautTest(transactional = false)
class IdentityTest {
    @Inject
    Fixtures fixtures;

    private final Instant day = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(3, ChronoUnit.DAYS);
    private Fixtures.Team team;

    @BeforeEach
    void makeTeam() {
        team = fixtures.team();
    }

    @Test
    void the_anonymous_past_is_the_user_s() {
        send(view("1", "anon", 0), track("2", "anon", 60));
        assertThat(visitors()).isEqualTo(1);
        send(identify("3", "anon", "42", 120, Map.of("plan", "pro")), ofUser("4", "42", 180), track("5", "other", 240));
        assertThat(visitors()).as("anon is 42, and another").isEqualTo(2);
        assertThat(trafficVisitors()).as("views of anon and nobody else").isEqualTo(1);
        send(viewOfUser("6", "42", 300));
        assertThat(trafficVisitors())
                .as("in sketches 42 goes on under the name of anon")
                .isEqualTo(1);
        assertThat(funnel()).as("a view as anon, then a purchase as 42").isEqualTo("1");
    }

    @Test
    void all_names_of_a_visitor_find_its_events() {
        send(track("1", "phone", 0), track("2", "laptop", 10), track("3", "other", 20));
        send(identify("4", "phone", "42", 30, Map.of()), identify("5", "laptop", "42", 40, Map.of()));
        for (String name : List.of("phone", "laptop", "user:42")) {
            assertThat(team.asOwner()
                            .ask("{ organization(slug: \"" + team.slug() + "\") { events(range: " + range()
                                    + ", filter: { types: [TRACK], visitor: \"" + name
                                    + "\" }) { totalCount nodes { visitor } } } }")
                            .succeeded()
                            .text("organization.events.totalCount"))
                    .as(name)
                    .isEqualTo("2");
        }
        assertThat(user("42").strings("visitors")).containsExactlyInAnyOrder("phone", "laptop", "user:42");
    }

    @Test
    void two_people_at_one_device_stay_two() {
        send(identify("1", "shared", "ann", 0, Map.of()), identify("2", "shared", "bob", 10, Map.of()));
        send(ofUser("3", "ann", 20), ofUser("4", "bob", 30), track("5", "shared", 40));
        assertThat(visitors()).isEqualTo(2);
        assertThat(user("ann").strings("visitors")).containsExactlyInAnyOrder("shared", "user:ann");
        assertThat(user("bob").strings("visitors")).containsExactly("user:bob");
    }

    @Test
    void alias_makes_one_of_two_users() {
        send(identify("1", "a", "old", 0, Map.of()), identify("2", "b", "new", 10, Map.of()));
        send(track("3", "a", 20), track("4", "b", 30), ofUser("5", "old", 40), ofUser("6", "new", 50));
        assertThat(visitors()).isEqualTo(2);
        send(alias("7", "old", "new", 60));
        assertThat(visitors()).isEqualTo(1);
        send(alias("8", "new", "old", 70), alias("9", "new", "new", 80));
        assertThat(visitors()).as("told twice, and the other way round").isEqualTo(1);
        assertThat(user("new").strings("visitors"))
                .containsExactlyInAnyOrder("a", "b", "user:old", "user:new", "old", "new");
    }

    @Test
    void of_each_trait_the_last_one_told_stays() {
        send(identify("1", "a", "42", 100, Map.of("plan", "free", "name", "Ann")));
        send(identify("2", "a", "42", 300, Map.of("plan", "pro")));
        send(identify("3", "a", "42", 200, Map.of("plan", "trial", "name", "Ann Lee", "city", "Bonn")));
        send(identify("2", "a", "42", 300, Map.of("plan", "sent again")));
        User user = user("42");
        assertThat(user.answer().text(user.path() + ".traits.plan")).isEqualTo("pro");
        assertThat(user.answer().text(user.path() + ".traits.name")).isEqualTo("Ann Lee");
        assertThat(user.answer().text(user.path() + ".traits.city")).isEqualTo("Bonn");
        assertThat(Instant.parse(user.answer().text(user.path() + ".identifiedAt")))
                .isEqualTo(day.plusSeconds(100));
        assertThat(Instant.parse(user.answer().text(user.path() + ".updatedAt")))
                .isEqualTo(day.plusSeconds(300));
    }

    @Test
    void traits_are_bounded() {
        for (int batch = 0; batch < 3; batch++) {
            Map<String, Object> traits = new HashMap<>();
            for (int i = 0; i < 100; i++) {
                traits.put("t" + batch + "_" + i, i);
            }
            traits.put("long", "x".repeat(5_000));
            send(identify("m" + batch, "a", "42", batch * 10, traits));
        }
        Answer answer = user("42").answer();
        assertThat(answer.at("organization.identifiedUser.traits"))
                .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                .hasSize(200)
                .doesNotContainKey("long")
                .containsKeys("t2_0", "t1_99");
    }

    @Test
    void a_visitor_has_a_thousand_names_at_most() {
        send(IntStream.range(0, 1_100)
                .mapToObj(i -> identify("m" + i, "anon" + i, "42", i, Map.of()))
                .toArray(Map<?, ?>[]::new));
        assertThat(user("42").strings("visitors")).hasSize(1_000);
    }

    @Test
    void users_are_listed_newest_first() {
        send(
                identify("1", "a", "ann", 0, Map.of()),
                identify("2", "b", "bob", 10, Map.of()),
                identify("3", "c", "cid", 20, Map.of()));
        String query = "{ organization(slug: \"" + team.slug() + "\") { identifiedUsers(first: 2%s) {"
                + " totalCount nodes { userId } pageInfo { hasNextPage endCursor } } } }";
        Answer first = team.asOwner().ask(query.formatted("")).succeeded();
        assertThat(first.text("organization.identifiedUsers.nodes.0.userId")).isEqualTo("cid");
        assertThat(first.text("organization.identifiedUsers.totalCount")).isEqualTo("3");
        String after = ", after: \"" + first.text("organization.identifiedUsers.pageInfo.endCursor") + "\"";
        Answer second = team.asOwner().ask(query.formatted(after)).succeeded();
        assertThat(second.list("organization.identifiedUsers.nodes")).hasSize(1);
        assertThat(second.text("organization.identifiedUsers.nodes.0.userId")).isEqualTo("ann");
    }

    @Test
    void another_organization_s_visitors_are_others() {
        Fixtures.Team others = fixtures.team();
        send(identify("1", "a", "42", 0, Map.of("plan", "pro")), track("2", "a", 10), ofUser("3", "42", 20));
        assertThat(others.asOwner()
                        .ask("{ organization(slug: \"" + others.slug()
                                + "\") { identifiedUser(userId: \"42\") { userId } identifiedUsers { totalCount } } }")
                        .succeeded()
                        .text("organization.identifiedUser"))
                .isEqualTo("null");
        assertThat(others.asOwner()
                        .ask("{ organization(slug: \"" + team.slug()
                                + "\") { identifiedUser(userId: \"42\") { userId } } }")
                        .text("organization"))
                .isEqualTo("null");
    }

    @Test
    void bots_identify_nobody() {
        Map<String, Object> event = identify("1", "a", "42", 0, Map.of("plan", "pro"));
        event.put("context", Map.of("userAgent", "Googlebot/2.1"));
        send(event);
        assertThat(team.asOwner()
                        .ask("{ organization(slug: \"" + team.slug() + "\") { identifiedUsers { totalCount } } }")
                        .succeeded()
                        .text("organization.identifiedUsers.totalCount"))
                .isEqualTo("0");
    }

    private Map<String, Object> view(String id, String visitor, int second) {
        return event(id, "PAGE", second, Map.of("anonymousId", visitor, "properties", Map.of("path", "/pricing")));
    }

    private Map<String, Object> viewOfUser(String id, String user, int second) {
        return event(id, "PAGE", second, Map.of("userId", user));
    }

    private Map<String, Object> track(String id, String visitor, int second) {
        return event(id, "TRACK", second, Map.of("anonymousId", visitor, "name", "Bought"));
    }

    private Map<String, Object> ofUser(String id, String user, int second) {
        return event(id, "TRACK", second, Map.of("userId", user, "name", "Bought"));
    }

    private Map<String, Object> identify(
            String id, String visitor, String user, int second, Map<String, Object> traits) {
        return event(id, "IDENTIFY", second, Map.of("anonymousId", visitor, "userId", user, "properties", traits));
    }

    private Map<String, Object> alias(String id, String previous, String user, int second) {
        return event(id, "ALIAS", second, Map.of("userId", user, "properties", Map.of("previousId", previous)));
    }

    private Map<String, Object> event(String id, String type, int second, Map<String, ?> more) {
        Map<String, Object> event = new HashMap<>(more);
        event.put("messageId", id);
        event.put("type", type);
        event.put("timestamp", day.plusSeconds(second).toString());
        return event;
    }

    private void send(Map<?, ?>... events) {
        team.track(Arrays.asList(events));
    }

    private String range() {
        return "{ from: \"" + day + "\", to: \"" + day.plus(1, ChronoUnit.DAYS) + "\" }";
    }

    private int visitors() {
        return (int) Double.parseDouble(team.asOwner()
                .ask("{ organization(slug: \"" + team.slug()
                        + "\") { eventSeries(query: { measure: VISITORS, granularity: TOTAL,"
                        + " filter: { types: [TRACK, PAGE] }, range: " + range() + " }) { series { total } } } }")
                .succeeded()
                .text("organization.eventSeries.series.0.total"));
    }

    private int trafficVisitors() {
        String date = day.toString().substring(0, 10);
        return Integer.parseInt(team.asOwner()
                .ask("{ organization(slug: \"" + team.slug() + "\") { dailyStats(range: { from: \"" + date
                        + "\", to: \"" + date + "\" }) { totals { visitors } } } }")
                .succeeded()
                .text("organization.dailyStats.totals.visitors"));
    }

    private String funnel() {
        return team.asOwner()
                .ask(
                        "{ organization(slug: \"" + team.slug() + "\") { funnel(input: { range: " + range()
                                + ", steps: [{ name: \"seen\", path: \"*\" }, { name: \"bought\", event: \"Bought\" }] }) { converted } } }")
                .succeeded()
                .text("organization.funnel.converted");
    }

    private User user(String id) {
        return new User(
                team.asOwner()
                        .ask("{ organization(slug: \"" + team.slug() + "\") { identifiedUser(userId: \"" + id
                                + "\") { userId traits visitors identifiedAt updatedAt } } }")
                        .succeeded(),
                "organization.identifiedUser");
    }

    private record User(Answer answer, String path) {
        List<String> strings(String field) {
            return answer.list(path + "." + field).stream().map(String::valueOf).toList();
        }
    }
}
