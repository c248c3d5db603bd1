package dev.pulsegraph.embedding;

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
class EmbeddingStatementTest {
    @Inject
    Fixtures fixtures;

    @Test
    void embeddings_of_many_posts_take_one_and_so_do_models() {
        var team = fixtures.team();
        String query = "{ organization(slug: \"" + team.slug()
                + "\") { embeddingModels { name vectors } posts(first: 50) { nodes { embeddings { model vector } } } } }";
        embeddings(team, team.posts(1));
        assertThat(statements(team.asOwner(), query)).hasSize(AROUND_A_QUERY + 4);
        embeddings(team, team.posts(40));
        assertThat(statements(team.asOwner(), query)).hasSize(AROUND_A_QUERY + 4);
    }

    private static void embeddings(Fixtures.Team team, List<String> posts) {
        String items = posts.stream()
                .map(post -> "{ entityType: POST, entity: \"" + post
                        + "\", sourceField: \"content\", model: \"acme\", vector: [1, 2] }")
                .collect(Collectors.joining(" "));
        assertThat(team.asOwner()
                        .ask("mutation { upsertEmbeddings(input: { organization: \"" + team.id() + "\", items: ["
                                + items + "] }) { written } }")
                        .succeeded()
                        .at("upsertEmbeddings.written"))
                .isEqualTo(posts.size());
    }
}
