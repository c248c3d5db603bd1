package dev.pulsegraph.metric;

import static dev.pulsegraph.support.StatementCounts.AROUND_A_QUERY;
import static dev.pulsegraph.support.StatementCounts.statements;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Fixtures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
class MetricStatementTest {
    @Inject
    Fixtures fixtures;

    @Test
    void the_newest_metrics_of_many_posts_take_one() {
        var team = fixtures.team();
        String query = "{ organization(slug: \"" + team.slug()
                + "\") { posts(first: 200) { nodes { latestMetrics { metric value } } } } }";
        team.posts(1);
        List<String> one = statements(team.asOwner(), query);
        assertThat(one).hasSize(AROUND_A_QUERY + 3);
        team.posts(60);
        assertThat(statements(team.asOwner(), query)).hasSameSizeAs(one);
    }

    /** One for what the organization brings, such as its zone and its definitions, and one a question. */
    @Test
    void metrics_take_two_however_many_series_and_posts_there_are() {
        var team = fixtures.team();
        String asked =
                "metrics(query: { metrics: [\"likes\", \"followers\"], range: { from: \"2026-01-01T00:00:00Z\", to: \"2026-02-01T00:00:00Z\" },"
                        + " granularity: DAY, compareTo: PREVIOUS_PERIOD, groupBy: [PLATFORM, ENTITY], topGroups: 3 }) { series { total } }";
        String ofOrganization = "{ organization(slug: \"" + team.slug() + "\") { " + asked + " } }";
        String ofPosts =
                "{ organization(slug: \"" + team.slug() + "\") { posts(first: 50) { nodes { " + asked + " } } } }";
        samples(team, team.posts(1));
        assertThat(statements(team.asOwner(), ofOrganization)).hasSize(AROUND_A_QUERY + 3);
        assertThat(statements(team.asOwner(), ofPosts)).hasSize(AROUND_A_QUERY + 4);
        samples(team, team.posts(20));
        assertThat(statements(team.asOwner(), ofOrganization)).hasSize(AROUND_A_QUERY + 3);
        assertThat(statements(team.asOwner(), ofPosts)).hasSize(AROUND_A_QUERY + 4);
    }

    private static void samples(Fixtures.Team team, List<String> posts) {
        String samples = posts.stream()
                .flatMap(post -> Stream.of("x", "y")
                        .map(platform -> "{ metric: \"likes\", entityType: POST, entity: \"" + post + "\", platform: \""
                                + platform + "\", value: 1, recordedAt: \"2026-01-05T00:00:00Z\" }"))
                .collect(Collectors.joining(" "));
        team.asOwner()
                .ask("mutation { recordMetrics(input: { organization: \"" + team.id() + "\", samples: [" + samples
                        + "] }) { written } }")
                .succeeded();
    }
}
