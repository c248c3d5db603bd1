package dev.pulsegraph.aicontext;

import static dev.pulsegraph.support.StatementCounts.AROUND_A_QUERY;
import static dev.pulsegraph.support.StatementCounts.statements;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Fixtures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
class AiContextStatementTest {
    @Inject
    Fixtures fixtures;

    /** The organization, the page, and everybody who logged or rated. */
    @Test
    void ai_context_with_its_people_takes_three() {
        var team = fixtures.team();
        String query = "{ organization(slug: \"" + team.slug()
                + "\") { aiContext(first: 50) { nodes { contextSummary user { name } feedbackBy { name } } } } }";
        aiContext(team, 1);
        assertThat(statements(team.asOwner(), query)).hasSize(AROUND_A_QUERY + 3);
        aiContext(team, 30);
        assertThat(statements(team.asOwner(), query)).hasSize(AROUND_A_QUERY + 3);
    }

    private void aiContext(Fixtures.Team team, int count) {
        var member = team.as("MEMBER");
        for (int i = 0; i < count; i++) {
            String id = member.ask("mutation { logAiContext(input: { organization: \"" + team.id()
                            + "\", sourceType: \"chat\", contextSummary: \"x\" }) { log { id } } }")
                    .succeeded()
                    .text("logAiContext.log.id");
            team.asOwner()
                    .ask("mutation { rateAiContext(input: { id: \"" + id + "\", feedbackScore: 5 }) { log { id } } }")
                    .succeeded();
        }
    }
}
