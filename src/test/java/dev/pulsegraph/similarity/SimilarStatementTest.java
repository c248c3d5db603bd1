package dev.pulsegraph.similarity;

import static dev.pulsegraph.support.StatementCounts.AROUND_A_QUERY;
import static dev.pulsegraph.support.StatementCounts.statements;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Fixtures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
class SimilarStatementTest {
    @Inject
    Fixtures fixtures;

    @Test
    void what_is_like_twenty_posts_takes_two_and_so_does_a_question() {
        var team = fixtures.team();
        String ofPosts = "{ organization(slug: \"" + team.slug()
                + "\") { posts(first: 20) { nodes { similar(first: 3) { matches { score entity { id } } } } } } }";
        String question = "{ organization(slug: \"" + team.slug()
                + "\") { similar(input: { text: \"words\", mode: HYBRID }) { matches { score entity { ... on Post { title } } } } } }";
        texts(team, team.posts(2));
        assertThat(statements(team.asOwner(), ofPosts)).hasSize(AROUND_A_QUERY + 5);
        assertThat(statements(team.asOwner(), question)).hasSize(AROUND_A_QUERY + 4);
        texts(team, team.posts(20));
        assertThat(statements(team.asOwner(), ofPosts)).hasSize(AROUND_A_QUERY + 5);
        assertThat(statements(team.asOwner(), question)).hasSize(AROUND_A_QUERY + 4);
    }

    private static void texts(Fixtures.Team team, List<String> posts) {
        String items = posts.stream()
                .map(post -> "{ entityType: POST, entity: \"" + post
                        + "\", sourceField: \"content\", text: \"Some words about " + post + "\" }")
                .collect(Collectors.joining(" "));
        team.asOwner()
                .ask("mutation { upsertEmbeddings(input: { organization: \"" + team.id() + "\", items: [" + items
                        + "] }) { written } }")
                .succeeded();
    }
}
