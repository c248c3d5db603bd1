package dev.pulsegraph.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.Worlds;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A text for a model elsewhere is there at once, and its vector later. */
@MicronautTest(transactional = false)
@Property(name = "pulsegraph.embedding.endpoints.far.url", value = "http://127.0.0.1:1/v1")
@Property(name = "pulsegraph.embedding.endpoints.far.model", value = "far-2")
@Property(name = "pulsegraph.embedding.endpoints.far.dimensions", value = "2")
@Property(name = "pulsegraph.jobs.enabled", value = "false")
class PendingTextsTest {
    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    private Fixtures.Team team;
    private UUID organization;
    private String post = "";

    @BeforeEach
    void makeTeam() {
        team = fixtures.team();
        organization = UUID.fromString(Worlds.uuid(team.id()));
        post = team.post("One");
        superuser.forgetEmbeddings(organization);
    }

    @Test
    void it_waits_and_a_text_that_did_not_change_keeps_its_vector() {
        assertThat(put("one", null)).isEqualTo("1 0 1");
        assertThat(put("one", null)).isEqualTo("0 1 1");
        assertThat(row()).isEqualTo("one - true");
        embed("{0,1}");
        assertThat(put("one", null)).isEqualTo("0 1 0");
        assertThat(row()).isEqualTo("one {0,1} true");
        assertThat(put("two", null)).isEqualTo("1 0 1");
        assertThat(row()).isEqualTo("two - true");
    }

    @Test
    void a_vector_that_comes_with_its_text_is_taken_as_it_is() {
        put("one", null);
        assertThat(put("one", List.of(1, 0))).isEqualTo("1 0 0");
        assertThat(row()).isEqualTo("one {1,0} false");
        assertThat(put("one", null)).as("the same text needs no other vector").isEqualTo("1 0 0");
        assertThat(row()).isEqualTo("one {1,0} true");
    }

    @Test
    void a_change_of_metadata_alone_keeps_the_vector() {
        put("one", null);
        embed("{0,1}");
        Answer answer = team.asOwner()
                .ask(
                        "mutation { upsertEmbeddings(input: { organization: \"" + team.id()
                                + "\", items: [{ entityType: POST, entity: \"" + post
                                + "\", sourceField: \"content\", model: \"far-2\", text: \"one\", metadata: { a: 1 } }] }) { written waiting } }")
                .succeeded();
        assertThat(answer.at("upsertEmbeddings")).isEqualTo(Map.of("written", 1, "waiting", 0));
        assertThat(row()).isEqualTo("one {0,1} true");
    }

    @Test
    void a_change_of_the_model_while_texts_are_written_makes_them_start_again() throws java.sql.SQLException {
        try (var superuserOfItsOwn = superuser.connect();
                var statement = superuserOfItsOwn.createStatement()) {
            superuserOfItsOwn.setAutoCommit(false);
            statement.execute("select app.lock('" + organization + "', 'embeddings')");
            var answer = java.util.concurrent.CompletableFuture.supplyAsync(() -> team.asOwner()
                    .ask("mutation { upsertEmbeddings(input: { organization: \"" + team.id()
                            + "\", items: [{ entityType: POST, entity: \"" + post
                            + "\", sourceField: \"content\", text: \"one\" }] }) { written } }"));
            while (superuser.number("select count(*) from pg_locks where locktype = 'advisory' and not granted") == 0) {
                Thread.onSpinWait();
            }
            statement.execute(
                    "update embedding_settings set model = 'far-2' where organization_id = '" + organization + "'");
            superuserOfItsOwn.commit();
            answer.join().failed("CONFLICT");
        }
        assertThat(superuser.number("select count(*) from embeddings where organization_id = ?", organization))
                .isZero();
    }

    /** How many were written, unchanged and are waiting. */
    private String put(String text, @Nullable List<Integer> vector) {
        Answer answer = team.asOwner()
                .ask("mutation { upsertEmbeddings(input: { organization: \"" + team.id()
                        + "\", items: [{ entityType: POST, entity: \""
                        + post + "\", sourceField: \"content\", model: \"far-2\", text: \"" + text + "\""
                        + (vector == null ? "" : ", vector: " + vector)
                        + " }] }) { written unchanged waiting rejected { reason } } }")
                .succeeded();
        assertThat(answer.list("upsertEmbeddings.rejected")).isEmpty();
        return answer.at("upsertEmbeddings.written") + " " + answer.at("upsertEmbeddings.unchanged") + " "
                + answer.at("upsertEmbeddings.waiting");
    }

    private void embed(String vector) {
        superuser.execute(
                "update embeddings set vector_data = ?::real[] where organization_id = ?", vector, organization);
    }

    private String row() {
        return superuser.text(
                "select concat_ws(' ', content, coalesce(vector_data::text, '-'), generated::text) from embeddings where organization_id = ?",
                organization);
    }
}
