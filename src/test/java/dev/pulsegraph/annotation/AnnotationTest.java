package dev.pulsegraph.annotation;

import static dev.pulsegraph.support.StatementCounts.AROUND_A_QUERY;
import static dev.pulsegraph.support.StatementCounts.statements;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.Worlds;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
class AnnotationTest {
    private static final String ANNOTATE =
            "mutation ($input: AnnotateInput!) { annotate(input: $input) { annotation { id } } }";

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Test
    void annotations_with_their_authors_take_two_statements_however_many_they_are() {
        var team = fixtures.team();
        String query = "{ organization(slug: \"" + team.slug()
                + "\") { annotations(range: { last: 30 }) { date text author { email } } } }";
        String today = LocalDate.now(ZoneOffset.UTC).toString();
        annotate(team, Map.of("date", today, "text", "one")).succeeded();
        assertThat(statements(team.asOwner(), query)).hasSize(AROUND_A_QUERY + 3);
        annotate(team, Map.of("date", today, "text", "two")).succeeded();
        assertThat(statements(team.asOwner(), query)).hasSize(AROUND_A_QUERY + 3);
    }

    @Test
    void an_organization_has_at_most_10000_annotations() {
        var team = fixtures.team();
        superuser.execute(
                "insert into annotations (organization_id, happened_on, text) select ?, '2026-03-02', 'x' from generate_series(1, 10000)",
                UUID.fromString(Worlds.uuid(team.id())));
        Answer refused =
                annotate(team, Map.of("date", "2026-03-02", "text", "x")).failed("LIMIT_EXCEEDED");
        assertThat(refused.argument()).isEqualTo("text");
        assertThat(refused.message()).contains("at most 10000 annotations");
    }

    private static Answer annotate(Fixtures.Team team, Map<String, String> fields) {
        return team.asOwner()
                .ask(
                        ANNOTATE,
                        Map.of(
                                "input",
                                Map.of(
                                        "organization",
                                        team.id(),
                                        "date",
                                        fields.get("date"),
                                        "text",
                                        fields.get("text"))));
    }
}
