package dev.pulsegraph.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.Worlds;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an organization may be called, where it lives, in what time zone, and how much it may keep. */
@MicronautTest(transactional = false)
class OrganizationBoundsTest {
    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Test
    void a_time_zone_is_a_name_that_the_database_and_java_know_as_the_iana_spells_it() {
        var team = fixtures.team();
        Map<String, String> good = new LinkedHashMap<>();
        good.put("europe/berlin", "Europe/Berlin");
        good.put("utc", "UTC");
        good.put("US/Pacific", "US/Pacific");
        good.put("AMERICA/ARGENTINA/BUENOS_AIRES", "America/Argentina/Buenos_Aires");
        good.forEach((given, stored) -> {
            Answer updated = team.asOwner()
                    .ask(
                            "mutation ($input: UpdateOrganizationInput!) { updateOrganization(input: $input) { organization { timeZone } } }",
                            Map.of("input", Map.of("id", team.id(), "timeZone", given)))
                    .succeeded();
            assertThat(updated.text("updateOrganization.organization.timeZone")).isEqualTo(stored);
            assertThat(metrics(team, given).succeeded().text("organization.metrics.timeZone"))
                    .isEqualTo(stored);
        });
        for (String bad : List.of(
                "Europe/Berlin2",
                "EST/5",
                "x/y167",
                "EST5EDT",
                "CET",
                "UTC+3",
                "posix/Europe/Berlin",
                "+01:00",
                "",
                "Z")) {
            Answer refused = update(team, Map.of("timeZone", bad)).failed("BAD_USER_INPUT");
            assertThat(refused.argument()).as(bad).isEqualTo("timeZone");
            assertThat(metrics(team, bad).failed("BAD_USER_INPUT").argument())
                    .as(bad)
                    .isEqualTo("timeZone");
        }
        metrics(team, null).succeeded();
    }

    @Test
    void the_database_refuses_zones_that_are_no_names_whoever_writes() {
        var team = fixtures.team();
        UUID id = UUID.fromString(Worlds.uuid(team.id()));
        superuser.execute("update organizations set time_zone = 'asia/tokyo' where id = ?", id);
        assertThat(superuser.texts("select time_zone from organizations where id = ?", id))
                .containsExactly("Asia/Tokyo");
        assertThatThrownBy(() -> superuser.execute("update organizations set time_zone = 'EST/5' where id = ?", id))
                .hasMessageContaining("is not an IANA time zone");
    }

    @Test
    void a_name_is_measured_as_it_is_stored() {
        var team = fixtures.team();
        for (String bad : List.of("a" + " ".repeat(20_000), "\t", "\u00a0\u3000", " a" + " ".repeat(199))) {
            assertThat(update(team, Map.of("name", bad))
                            .failed("BAD_USER_INPUT")
                            .argument())
                    .isEqualTo("name");
        }
        update(team, Map.of("name", "\ud83d\ude00".repeat(200))).succeeded();
        Answer key = team.asOwner()
                .ask(
                        "mutation ($id: ID!) { createApiKey(input: { organization: $id, name: \"\\u2003\", scopes: [READ] }) { secret } }",
                        Map.of("id", team.id()));
        assertThat(key.failed("BAD_USER_INPUT").argument()).isEqualTo("name");
    }

    @Test
    void addresses_are_of_the_web() {
        var team = fixtures.team();
        for (String field : List.of("website", "logoUrl")) {
            for (String bad : List.of("javascript:alert(1)", "https://a.example/\r\n", "ftp://a.example", "")) {
                assertThat(update(team, Map.of(field, bad))
                                .failed("BAD_USER_INPUT")
                                .argument())
                        .isEqualTo(field);
            }
            update(team, Map.of(field, "https://a.example")).succeeded();
            update(team, Collections.singletonMap(field, null)).succeeded();
        }
    }

    @Test
    void settings_are_measured_as_they_are_sent() {
        var team = fixtures.team();
        // {"a":[0,0,…]}: each comma would be shown with a space.
        update(team, Map.of("settings", Map.of("a", Collections.nCopies(32_764, 0))))
                .succeeded();
        Answer refused = update(team, Map.of("settings", Map.of("a", Collections.nCopies(32_766, 0))))
                .failed("BAD_USER_INPUT");
        assertThat(refused.argument()).isEqualTo("settings");
        assertThat(superuser.number("select app.json_length('{\"a\": [1, {\"b\": {}, \"c, :\": []}], \"d\": null}')"))
                .isEqualTo("{\"a\":[1,{\"b\":{},\"c, :\":[]}],\"d\":null}".length());
    }

    private static Answer update(Fixtures.Team team, Map<String, ?> changes) {
        return new Administration(team.asOwner()).update(team, changes);
    }

    private static Answer metrics(Fixtures.Team team, @Nullable String zone) {
        Map<String, Object> query = new LinkedHashMap<>();
        query.put("metrics", List.of("likes"));
        query.put("range", Map.of("from", "2026-01-01T00:00:00Z", "to", "2026-01-03T00:00:00Z"));
        query.put("granularity", "DAY");
        if (zone != null) {
            query.put("timeZone", zone);
        }
        return team.asOwner()
                .ask(
                        "query ($query: MetricQuery!) { organization(slug: \"" + team.slug()
                                + "\") { metrics(query: $query) { timeZone } } }",
                        Map.of("query", query));
    }
}
