package dev.pulsegraph.post;

import static dev.pulsegraph.support.StatementCounts.AROUND_A_QUERY;
import static dev.pulsegraph.support.StatementCounts.statements;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
class PostStatementTest {
    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Test
    void an_organization_with_posts_and_authors_takes_three() {
        var team = fixtures.team();
        team.post("first");
        String query = "{ organization(slug: \"" + team.slug()
                + "\") { name posts(first: 50) { nodes { title author { name } } } } }";
        List<String> one = statements(team.asOwner(), query);
        assertThat(one).hasSize(AROUND_A_QUERY + 3);
        team.posts(49);
        assertThat(statements(team.asOwner(), query)).hasSameSizeAs(one);
    }

    @Test
    void five_organizations_take_no_more_than_one() {
        String owner = Fixtures.unique("owner") + "@count.example";
        var first = organization(owner);
        first.posts(1);
        String query =
                "{ organizations { nodes { name posts { nodes { title content hashtags media { url } author { name } insights { likes } } } } } }";
        List<String> one = statements(api.as(owner), query);
        // Organizations, posts, contents, media, authors, insights.
        assertThat(one).hasSize(AROUND_A_QUERY + 6);
        for (int i = 0; i < 4; i++) {
            organization(owner).posts(3);
        }
        assertThat(statements(api.as(owner), query)).hasSameSizeAs(one);
    }

    @Test
    void fifty_ids_of_a_type_take_one() {
        var team = fixtures.team();
        List<String> ids = team.posts(50);
        String query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Post { title } } }";
        assertThat(statements(team.asOwner(), query, Map.of("ids", ids.subList(0, 1))))
                .hasSize(AROUND_A_QUERY + 1);
        assertThat(statements(team.asOwner(), query, Map.of("ids", ids))).hasSize(AROUND_A_QUERY + 1);
    }

    @Test
    void a_total_is_counted_only_when_it_is_asked_for() {
        var team = fixtures.team();
        team.posts(2);
        String query = "{ organization(slug: \"" + team.slug() + "\") { posts { %s nodes { title } } } }";
        List<String> without = statements(team.asOwner(), query.formatted(""));
        assertThat(without).hasSize(AROUND_A_QUERY + 2);
        assertThat(without.toString()).doesNotContainIgnoringCase("count(");
        List<String> with = statements(team.asOwner(), query.formatted("totalCount"));
        assertThat(with).hasSize(AROUND_A_QUERY + 3);
        assertThat(with.toString()).containsIgnoringCase("count(");
    }

    private Fixtures.Team organization(String owner) {
        String slug = Fixtures.unique("counted");
        String id = api.as(owner)
                .ask(
                        "mutation ($slug: String!) { createOrganization(input: { name: \"X\", slug: $slug }) { organization { id } } }",
                        Map.of("slug", slug))
                .succeeded()
                .text("createOrganization.organization.id");
        return new Fixtures.Team(api, id, slug, owner);
    }
}
