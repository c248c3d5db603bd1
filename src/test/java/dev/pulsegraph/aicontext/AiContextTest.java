package dev.pulsegraph.aicontext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.demo.Demo;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.Worlds;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What was logged stays as it was, belongs to its organization, and is found page by page. */
@MicronautTest(transactional = false)
class AiContextTest {
    private static final String LOG =
            "mutation ($input: LogAiContextInput!) { logAiContext(input: $input) { log { id createdAt } } }";
    private static final String PAGE =
            "query ($slug: String!, $after: String, $sourceType: String) { organization(slug: $slug) {"
                    + " aiContext(first: 3, after: $after, sourceType: $sourceType) { nodes { contextSummary } pageInfo { hasNextPage endCursor } } } }";

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Test
    void a_log_outlives_the_post_it_is_about() {
        var team = fixtures.team();
        String post = team.post("Short-lived");
        String id = log(team.asOwner(), team, Map.of("sourceType", "post", "source", post));
        delete(team, post);
        Answer answer = team.asOwner()
                .ask("{ node(id: \"" + id + "\") { ... on AiContextLog { sourceId source { id } } } }")
                .succeeded();
        assertThat(answer.text("node.sourceId")).isEqualTo(Worlds.uuid(post));
        assertThat(answer.at("node.source")).isNull();
    }

    @Test
    void no_log_is_left_behind_by_an_organization() {
        var team = fixtures.team();
        log(team.asOwner(), team, Map.of());
        team.asOwner()
                .ask(
                        "mutation ($input: DeleteOrganizationInput!) { deleteOrganization(input: $input) { deletedId } }",
                        Map.of("input", Map.of("id", team.id(), "confirmSlug", team.slug())))
                .succeeded();
        assertThat(superuser.number(
                        "select count(*) from ai_context_logs where organization_id = ?",
                        UUID.fromString(Worlds.uuid(team.id()))))
                .isZero();
    }

    /** Pages end in the middle of equal times, since the logs of one operation have one time. */
    @Test
    void pages_show_every_log_once_whatever_their_times() {
        var team = fixtures.team();
        StringBuilder mutation = new StringBuilder("mutation {");
        IntStream.range(0, 9)
                .forEach(i -> mutation.append(
                        " l%d: logAiContext(input: { organization: \"%s\", sourceType: \"%s\", contextSummary: \"%d\" }) { log { id } }"
                                .formatted(i, team.id(), i % 3 == 0 ? "chat" : "dm", i)));
        team.asOwner().ask(mutation.append("}").toString()).succeeded();
        log(team.asOwner(), team, Map.of("contextSummary", "9", "sourceType", "dm"));
        assertThat(all(team, null))
                .hasSize(10)
                .startsWith("9")
                .containsExactly("9", "8", "7", "6", "5", "4", "3", "2", "1", "0");
        assertThat(all(team, "chat")).containsExactly("6", "3", "0");
        assertThat(all(team, "dm")).containsExactly("9", "8", "7", "5", "4", "2", "1");
    }

    private static List<String> all(Fixtures.Team team, @org.jspecify.annotations.Nullable String sourceType) {
        List<String> all = new ArrayList<>();
        Map<String, Object> variables = new HashMap<>(Map.of("slug", team.slug()));
        if (sourceType != null) {
            variables.put("sourceType", sourceType);
        }
        for (int page = 0; page < 10; page++) {
            Answer answer = team.asOwner().ask(PAGE, variables).succeeded();
            answer.list("organization.aiContext.nodes")
                    .forEach(node -> all.add(String.valueOf(((Map<?, ?>) node).get("contextSummary"))));
            if (Boolean.FALSE.equals(answer.at("organization.aiContext.pageInfo.hasNextPage"))) {
                break;
            }
            variables.put("after", answer.text("organization.aiContext.pageInfo.endCursor"));
        }
        return all;
    }

    /** The policies and privileges alone, whatever the code above them does. */
    @Test
    void nobody_logs_or_rates_in_the_name_of_somebody_else_or_changes_what_was_said() throws SQLException {
        var team = fixtures.team();
        String id = log(team.asOwner(), team, Map.of());
        String member = team.member("MEMBER");
        team.as("VIEWER");
        String organization = Worlds.uuid(team.id());
        String insert =
                "insert into ai_context_logs (organization_id, id, user_id, source_type, context_summary) values ('%s', gen_random_uuid(), %s, 'chat', 'x')";
        assertThat(state(member, insert.formatted(organization, "'" + Demo.idOf(member) + "'")))
                .isEmpty();
        assertThat(state(member, insert.formatted(organization, "'" + Demo.idOf(team.owner()) + "'")))
                .isEqualTo("42501");
        assertThat(state(member, insert.formatted(organization, "null"))).isEqualTo("42501");
        String rate =
                "update ai_context_logs set feedback_score = 1, feedback_at = now(), feedback_by = '%s' where id = '"
                        + Worlds.uuid(id) + "'";
        assertThat(state(member, rate.formatted(Demo.idOf(member)))).isEmpty();
        assertThat(state(member, rate.formatted(Demo.idOf(team.owner())))).isEqualTo("42501");
        for (String change : List.of(
                "update ai_context_logs set ai_response = 'other'",
                "update ai_context_logs set user_id = null",
                "delete from ai_context_logs")) {
            assertThat(state(team.owner(), change)).as(change).isEqualTo("42501");
        }
    }

    @Test
    void feedback_without_a_time_and_a_time_without_feedback_cannot_be() {
        var team = fixtures.team();
        UUID id = UUID.fromString(Worlds.uuid(log(team.asOwner(), team, Map.of())));
        for (String change : List.of("feedback_score = 1", "feedback_at = now()", "feedback_type = 'helpful'")) {
            assertThatThrownBy(() -> superuser.execute("update ai_context_logs set " + change + " where id = ?", id))
                    .hasMessageContaining("ai_context_logs_feedback_has_time");
        }
        UUID owner = Demo.idOf(team.owner());
        assertThatThrownBy(
                        () -> superuser.execute("update ai_context_logs set feedback_by = ? where id = ?", owner, id))
                .hasMessageContaining("ai_context_logs_feedback_has_person");
    }

    /** The state of the error of a statement that a user sends; empty when there is none. It is taken back. */
    private String state(String email, String sql) throws SQLException {
        try (Connection connection = superuser.connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set local role pulsegraph_api; set local app.user_id = '" + Demo.idOf(email) + "'");
            try {
                statement.execute(sql);
                return "";
            } catch (SQLException e) {
                return String.valueOf(e.getSQLState());
            } finally {
                connection.rollback();
            }
        }
    }

    private static void delete(Fixtures.Team team, String post) {
        team.asOwner()
                .ask("mutation { deletePost(input: { id: \"" + post + "\" }) { deletedId } }")
                .succeeded();
    }

    private static String log(Api.As somebody, Fixtures.Team team, Map<String, ?> fields) {
        Map<String, Object> input = new HashMap<>(fields);
        input.put("organization", team.id());
        input.putIfAbsent("sourceType", "chat");
        input.putIfAbsent("contextSummary", "x");
        return somebody.ask(LOG, Map.of("input", input)).succeeded().text("logAiContext.log.id");
    }
}
