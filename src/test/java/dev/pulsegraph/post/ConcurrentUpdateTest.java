package dev.pulsegraph.post;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Concurrently;
import dev.pulsegraph.support.Fixtures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Two updates of one thing at the same moment: each changes what it was given and leaves the rest to the other. */
@MicronautTest(transactional = false)
class ConcurrentUpdateTest {
    private static final int PAIRS = 30;

    @Inject
    Fixtures fixtures;

    @Test
    void updates_of_different_fields_of_a_post_are_both_kept() {
        var team = fixtures.team();
        List<Map<String, Object>> changes = List.of(
                Map.of("title", "changed"),
                Map.of("platforms", List.of("tiktok")),
                Map.of("content", "Changed."),
                Map.of("hashtags", List.of("changed")),
                Map.of("permalink", "https://a.example/changed"),
                Map.of("scheduledAt", "2030-01-01T00:00:00Z"),
                Map.of("media", List.of(Map.of("url", "https://a.example/changed.jpg", "type", "IMAGE"))));
        for (int pair = 0; pair < PAIRS; pair++) {
            Map<String, Object> one = changes.get(pair % changes.size());
            Map<String, Object> other = changes.get((pair + 1 + pair / changes.size()) % changes.size());
            String post = team.post("before");
            together(() -> update(team, post, one), () -> update(team, post, other))
                    .forEach(Answer::succeeded);
            Answer after = read(team, post);
            for (Map<String, Object> change : List.of(one, other)) {
                assertThat(shown(after, change)).as("pair %s, %s", pair, change).contains("changed");
            }
        }
    }

    @Test
    void updates_of_one_list_at_once_end_as_one_of_them() {
        var team = fixtures.team();
        String post = team.post("before");
        for (int pair = 0; pair < 10; pair++) {
            together(() -> update(team, post, media("one")), () -> update(team, post, media("other")))
                    .forEach(Answer::succeeded);
            assertThat(read(team, post).list("node.media")).hasSize(1);
        }
    }

    @Test
    void a_post_that_two_delete_at_once_is_gone_for_the_second() {
        var team = fixtures.team();
        for (int pair = 0; pair < PAIRS; pair++) {
            String post = team.post("doomed");
            assertThat(codes(together(() -> delete(team, post), () -> delete(team, post))))
                    .containsExactlyInAnyOrder("OK", "NOT_FOUND");
        }
    }

    @Test
    void a_post_that_is_updated_while_it_is_deleted_is_gone_or_was_updated_before() {
        var team = fixtures.team();
        for (int pair = 0; pair < 10; pair++) {
            String post = team.post("doomed");
            assertThat(codes(together(
                            () -> update(team, post, Map.of("content", "Changed.")), () -> delete(team, post))))
                    .isSubsetOf("OK", "NOT_FOUND")
                    .contains("OK");
        }
    }

    @Test
    void updates_of_different_fields_of_an_organization_are_both_kept_and_audited() {
        var team = fixtures.team();
        for (int pair = 0; pair < PAIRS; pair++) {
            String text = "changed " + pair;
            together(
                            () -> organization(team, Map.of("name", text)),
                            () -> organization(team, Map.of("description", text)))
                    .forEach(Answer::succeeded);
            Answer after = team.asOwner()
                    .ask("{ organization(slug: \"" + team.slug()
                            + "\") { name description auditLog(first: 2) { nodes { before after } } } }")
                    .succeeded();
            assertThat(after.text("organization.name")).isEqualTo(text);
            assertThat(after.text("organization.description")).isEqualTo(text);
            assertThat(after.at("organization.auditLog.nodes.0.before"))
                    .isEqualTo(after.at("organization.auditLog.nodes.1.after"));
            assertThat(after.at("organization.auditLog.nodes.0.after.name")).isEqualTo(text);
            assertThat(after.at("organization.auditLog.nodes.0.after.description"))
                    .isEqualTo(text);
        }
    }

    private static Map<String, Object> media(String name) {
        return Map.of("media", List.of(Map.of("url", "https://a.example/" + name + ".jpg", "type", "IMAGE")));
    }

    private static String shown(Answer after, Map<String, Object> change) {
        String field = change.keySet().iterator().next();
        String value = String.valueOf(after.at("node." + field)).toLowerCase(java.util.Locale.ROOT);
        return switch (field) {
            case "platforms" -> value.replace("tiktok", "changed");
            case "scheduledAt" -> value.replace("2030-01-01t00:00:00z", "changed");
            default -> value;
        };
    }

    private static List<Answer> together(Callable<Answer> one, Callable<Answer> other) {
        return Concurrently.call(Stream.of(one, other));
    }

    private static List<String> codes(List<Answer> answers) {
        return answers.stream()
                .map(answer -> answer.code() == null ? "OK" : answer.code())
                .toList();
    }

    private static Answer update(Fixtures.Team team, String post, Map<String, Object> changes) {
        Map<String, Object> input = new HashMap<>(changes);
        input.put("id", post);
        return team.asOwner()
                .ask(
                        "mutation ($input: UpdatePostInput!) { updatePost(input: $input) { post { id } } }",
                        Map.of("input", input));
    }

    private static Answer organization(Fixtures.Team team, Map<String, Object> changes) {
        Map<String, Object> input = new HashMap<>(changes);
        input.put("id", team.id());
        return team.asOwner()
                .ask(
                        "mutation ($input: UpdateOrganizationInput!) { updateOrganization(input: $input) { organization { id } } }",
                        Map.of("input", input));
    }

    private static Answer delete(Fixtures.Team team, String post) {
        return team.asOwner()
                .ask("mutation ($id: ID!) { deletePost(input: { id: $id }) { deletedId } }", Map.of("id", post));
    }

    private static Answer read(Fixtures.Team team, String post) {
        return team.asOwner()
                .ask(
                        "query ($id: ID!) { node(id: $id) { ... on Post { title content platforms hashtags permalink scheduledAt media { url } } } }",
                        Map.of("id", post))
                .succeeded();
    }
}
