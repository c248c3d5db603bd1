package dev.pulsegraph.organization;

import static dev.pulsegraph.support.StatementCounts.AROUND_A_QUERY;
import static dev.pulsegraph.support.StatementCounts.statements;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Fixtures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
class OrganizationStatementTest {
    @Inject
    Fixtures fixtures;

    @Test
    void members_with_their_users_take_three() {
        var team = fixtures.team();
        String query = "{ organization(slug: \"" + team.slug()
                + "\") { members { nodes { role user { name } invitedBy { name } } } } }";
        List<String> one = statements(team.asOwner(), query);
        assertThat(one).hasSize(AROUND_A_QUERY + 3);
        for (String role : new String[] {"VIEWER", "MEMBER", "EDITOR", "ADMIN"}) {
            team.member(role);
        }
        assertThat(statements(team.asOwner(), query)).hasSameSizeAs(one);
    }
}
