package dev.pulsegraph.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.job.Jobs;
import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A post is found by what it says as soon as it says so. */
@MicronautTest(transactional = false)
@Property(name = "pulsegraph.embedding.endpoints.far.url", value = "http://127.0.0.1:1/v1")
@Property(name = "pulsegraph.embedding.endpoints.far.model", value = "far-3")
@Property(name = "pulsegraph.embedding.endpoints.far.dimensions", value = "2")
@Property(name = "pulsegraph.jobs.enabled", value = "false")
class PostEmbedderTest {
    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Inject
    Jobs jobs;

    private Fixtures.Team team;
    private UUID organization;
    private String post = "";

    @BeforeEach
    void makePost() {
        team = fixtures.team();
        organization = GlobalId.decode("id", team.id()).uuid();
        post = team.post(Map.of("title", "Menu", "content", "Pumpkin soup"));
    }

    @Test
    void a_new_post_is_found_by_its_words_and_by_its_vector() {
        assertThat(found("pumpkin", "KEYWORD")).containsExactly(post);
        assertThat(found("menu", "KEYWORD")).containsExactly(post);
        assertThat(found("Pumpkin soup", "VECTOR")).containsExactly(post);
    }

    @Test
    void an_update_of_the_text_is_found_and_what_was_there_before_is_not() {
        update(Map.of("content", "Tomato salad"));
        assertThat(found("pumpkin", "KEYWORD")).isEmpty();
        assertThat(found("tomato", "KEYWORD")).containsExactly(post);
        update(Map.of("title", "Lunch"));
        assertThat(found("menu", "KEYWORD")).isEmpty();
        assertThat(found("lunch tomato", "KEYWORD")).containsExactly(post);

        update(Map.of("content", "A long sentence about bread. ".repeat(500)));
        assertThat(number("count(*)")).isGreaterThan(5);
        update(Map.of("content", "Short"));
        assertThat(number("count(*)")).isEqualTo(1);
    }

    @Test
    void an_update_of_anything_else_leaves_the_embedding_as_it_is() {
        String before =
                superuser.text("select max(updated_at)::text from embeddings where organization_id = ?", organization);
        update(Map.of("platforms", List.of("instagram")));
        update(Map.of("content", "Pumpkin soup"));
        assertThat(superuser.text(
                        "select max(updated_at)::text from embeddings where organization_id = ?", organization))
                .isEqualTo(before);
    }

    @Test
    void vectors_that_somebody_gave_are_left_alone() {
        superuser.execute("update embeddings set generated = false where organization_id = ?", organization);
        update(Map.of("content", "Tomato salad"));
        assertThat(found("pumpkin", "KEYWORD")).containsExactly(post);
    }

    @Test
    void a_text_for_a_model_elsewhere_is_found_by_words_and_waits_for_its_vector() {
        choose("far-3");
        update(Map.of("content", "Tomato salad"));
        assertThat(found("pumpkin", "KEYWORD")).isEmpty();
        assertThat(found("tomato", "KEYWORD")).containsExactly(post);
        assertThat(number("count(*) filter (where vector_data is null)")).isEqualTo(1);
    }

    @Test
    void a_model_that_this_server_does_not_run_leaves_no_old_text_behind() {
        choose("nowhere-1");
        update(Map.of("content", "Tomato salad"));
        assertThat(number("count(*)")).isZero();
    }

    @Test
    void the_job_embeds_posts_that_were_written_past_the_api() {
        superuser.execute("update posts_content set content = 'Tomato salad' where organization_id = ?", organization);
        assertThat(found("tomato", "KEYWORD")).isEmpty();
        assertThat(jobs.get("embeddings.posts").run()).contains(" posts and embedded ");
        assertThat(found("tomato", "KEYWORD")).containsExactly(post);
        assertThat(found("pumpkin", "KEYWORD")).isEmpty();
    }

    @Test
    void an_update_that_fails_changes_nothing_that_is_found() {
        Answer answer = team.asOwner()
                .ask(
                        "mutation ($input: UpdatePostInput!, $no: UpdatePostInput!) { a: updatePost(input: $input) { post { id } } b: updatePost(input: $no) { post { id } } }",
                        Map.of(
                                "input",
                                Map.of("id", post, "content", "Tomato salad"),
                                "no",
                                Map.of("id", GlobalId.encode("Post", new UUID(1, 2)), "content", "x")));
        assertThat(answer.code()).isEqualTo("NOT_FOUND");
        assertThat(found("pumpkin", "KEYWORD")).containsExactly(post);
        assertThat(found("tomato", "KEYWORD")).isEmpty();
    }

    private void choose(String model) {
        superuser.execute("update embedding_settings set model = ? where organization_id = ?", model, organization);
    }

    private long number(String expression) {
        return superuser.number("select " + expression + " from embeddings where organization_id = ?", organization);
    }

    private void update(Map<String, ?> fields) {
        Map<String, Object> input = new HashMap<>(fields);
        input.put("id", post);
        team.asOwner()
                .ask(
                        "mutation ($input: UpdatePostInput!) { updatePost(input: $input) { post { id } } }",
                        Map.of("input", input))
                .succeeded();
    }

    private List<String> found(String text, String mode) {
        return team
                .asOwner()
                .ask(
                        "query ($slug: String!, $input: SimilarInput!) { organization(slug: $slug) { similar(input: $input) { matches { entity { id } } } } }",
                        Map.of("slug", team.slug(), "input", Map.of("text", text, "mode", mode)))
                .succeeded()
                .list("organization.similar.matches")
                .stream()
                .map(match -> String.valueOf(Objects.requireNonNull((Map<?, ?>) ((Map<?, ?>) match).get("entity"))
                        .get("id")))
                .toList();
    }
}
