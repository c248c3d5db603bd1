package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All connections page alike, both ways, and tell how many there are. */
@MicronautTest(transactional = false)
class EveryConnectionTest {
    @SuppressWarnings("InlineFormatString")
    private static final String PAGE =
            "%s(%s) { totalCount nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }";

    @Inject
    Fixtures fixtures;

    @ParameterizedTest
    @ValueSource(strings = {"members", "auditLog", "aiContext", "posts"})
    void pages_lead_from_end_to_end_and_back(String connection) {
        var team = filled();
        List<Object> forward = walk(team, connection, "first", "after", "endCursor", "hasNextPage");
        List<Object> backward = walk(team, connection, "last", "before", "startCursor", "hasPreviousPage");
        assertThat(forward).hasSizeGreaterThanOrEqualTo(5).doesNotHaveDuplicates();
        assertThat(backward.reversed()).isEqualTo(forward);
    }

    @Test
    void organizations_page_both_ways_too() {
        var team = fixtures.team();
        for (int i = 0; i < 4; i++) {
            fixtures.team().join(team.owner(), "VIEWER");
        }
        List<Object> all = new ArrayList<>(team.asOwner()
                .ask("{ organizations { totalCount nodes { id } } }")
                .succeeded()
                .list("organizations.nodes"));
        Answer last = team.asOwner()
                .ask("{ organizations(last: 2) { totalCount nodes { id } pageInfo { startCursor } } }")
                .succeeded();
        assertThat(last.at("organizations.totalCount")).isEqualTo(5);
        assertThat(last.list("organizations.nodes")).isEqualTo(all.subList(3, 5));
        Answer before = team.asOwner()
                .ask("{ viewer { organizations(before: \"" + last.text("organizations.pageInfo.startCursor")
                        + "\") { totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage } } } }")
                .succeeded();
        assertThat(before.list("viewer.organizations.nodes")).isEqualTo(all.subList(0, 3));
        assertThat(before.at("viewer.organizations.pageInfo"))
                .isEqualTo(Map.of("hasNextPage", true, "hasPreviousPage", false));
    }

    /** {@code first} has a default, which contradicts nothing; what the caller says does. */
    @Test
    void a_default_is_not_what_the_caller_said() {
        var team = filled();
        String query = "query ($first: Int) { organization(slug: \"" + team.slug()
                + "\") { name members(first: $first, last: 2) { nodes { id } } } }";
        assertThat(team.asOwner().ask(query).succeeded().list("organization.members.nodes"))
                .hasSize(2);
        Answer both = team.asOwner().ask(query, Map.of("first", 2)).failed("BAD_USER_INPUT");
        assertThat(both.at("organization.members")).isNull();
        assertThat(both.at("organization.name")).isNotNull();
    }

    private List<Object> walk(
            Fixtures.Team team, String connection, String size, String place, String end, String more) {
        List<Object> ids = new ArrayList<>();
        String arguments = size + ": 2";
        while (true) {
            Answer answer = team.asOwner()
                    .ask("{ organization(slug: \"" + team.slug() + "\") { " + PAGE.formatted(connection, arguments)
                            + " } }")
                    .succeeded();
            String at = "organization." + connection + ".";
            List<?> nodes = answer.list(at + "nodes");
            ids.addAll(size.equals("first") ? nodes : nodes.reversed());
            if (!Boolean.TRUE.equals(answer.at(at + "pageInfo." + more))) {
                assertThat(answer.at(at + "totalCount")).isEqualTo(ids.size());
                return ids;
            }
            assertThat(nodes).hasSize(2);
            arguments = size + ": 2, " + place + ": \"" + answer.text(at + "pageInfo." + end) + "\"";
        }
    }

    private Fixtures.Team filled() {
        var team = fixtures.team();
        for (String role : List.of("VIEWER", "MEMBER", "EDITOR", "ADMIN")) {
            team.member(role);
            team.post("by " + role);
            Map<String, Object> input =
                    new HashMap<>(Map.of("organization", team.id(), "sourceType", "chat", "contextSummary", role));
            team.asOwner()
                    .ask(
                            "mutation ($input: LogAiContextInput!) { logAiContext(input: $input) { log { id } } }",
                            Map.of("input", input))
                    .succeeded();
        }
        team.post("last");
        team.asOwner()
                .ask("mutation { logAiContext(input: { organization: \"" + team.id()
                        + "\", sourceType: \"post\", contextSummary: \"x\" }) { log { id } } }")
                .succeeded();
        return team;
    }
}
