package dev.pulsegraph.graphql;

import static dev.pulsegraph.support.StatementCounts.AROUND_A_QUERY;
import static dev.pulsegraph.support.StatementCounts.statements;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.StatementCounts;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an operation takes beside its fields. */
@MicronautTest(transactional = false)
class StatementCountTest {
    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Test
    void totals_of_many_organizations_take_one_each() {
        var team = fixtures.team();
        String query = "{ organizations { totalCount nodes { members(first: 1) { totalCount nodes { role } } "
                + "aiContext(last: 1) { totalCount nodes { id } } } } }";
        List<String> one = statements(team.asOwner(), query);
        assertThat(one).hasSize(AROUND_A_QUERY + 6);
        fixtures.team().join(team.owner(), "VIEWER");
        assertThat(statements(team.asOwner(), query)).hasSameSizeAs(one);
    }

    @Test
    void a_key_takes_one_statement_more_than_a_user() {
        var team = fixtures.team();
        var key = api.bearer(team.apiKey("READ"));
        assertThat(statements(key, "{ organization(slug: \"" + team.slug() + "\") { name } }"))
                .hasSize(AROUND_A_QUERY + 2);
    }

    @Test
    void what_the_schema_answers_takes_none() {
        var team = fixtures.team();
        for (String query :
                new String[] {"{ __typename }", "{ __schema { types { name } } }", "{ __type(name: \"Post\") { name } }"
                }) {
            assertThat(statements(team.asOwner(), query)).as(query).isEmpty();
        }
    }

    @Test
    void what_is_refused_beforehand_takes_none() {
        var team = fixtures.team();
        for (String query : new String[] {
            "{", "{ unknown }", "{" + " __typename".repeat(11) + "}", "{ organizations(first: 30000) { nodes { id } } }"
        }) {
            var before = StatementCounts.calls();
            assertThat(team.asOwner().ask(query).errors()).isNotEmpty();
            assertThat(StatementCounts.since(before)).as(query).isEmpty();
        }
    }
}
