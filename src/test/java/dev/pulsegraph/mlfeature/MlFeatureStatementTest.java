package dev.pulsegraph.mlfeature;

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
class MlFeatureStatementTest {
    @Inject
    Fixtures fixtures;

    @Test
    void features_of_many_posts_take_one() {
        var team = fixtures.team();
        String query = "{ organization(slug: \"" + team.slug()
                + "\") { posts(first: 50) { nodes { mlFeatures { featureSet values } } } } }";
        features(team, team.posts(1));
        assertThat(statements(team.asOwner(), query)).hasSize(AROUND_A_QUERY + 3);
        features(team, team.posts(40));
        assertThat(statements(team.asOwner(), query)).hasSize(AROUND_A_QUERY + 3);
    }

    private static void features(Fixtures.Team team, List<String> posts) {
        String features = posts.stream()
                .map(post -> "{ entityType: POST, entity: \"" + post + "\", featureSet: \"f\", values: [1, 2] }")
                .collect(Collectors.joining(" "));
        assertThat(team.asOwner()
                        .ask("mutation { upsertMlFeatures(input: { organization: \"" + team.id() + "\", features: ["
                                + features + "] }) { written } }")
                        .succeeded()
                        .at("upsertMlFeatures.written"))
                .isEqualTo(posts.size());
    }
}
