package dev.pulsegraph.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.embedding.model.EmbeddingModels;
import dev.pulsegraph.job.JobRun;
import dev.pulsegraph.job.JobRunStatus;
import dev.pulsegraph.job.JobRunner;
import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.SettableClock;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.TextEndpoint;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.test.support.TestPropertyProvider;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A model elsewhere, which organizations change to, and which may be down. */
@MicronautTest(transactional = false)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmbeddingJobTest implements TestPropertyProvider {
    private static final String MODEL = "text-model";
    private static final String SETTINGS = "{ model nextModel waiting language }";

    private static final String CHOOSE =
            "mutation ($input: UpdateEmbeddingSettingsInput!) { updateEmbeddingSettings(input: $input) { settings "
                    + SETTINGS + " } }";

    private final TextEndpoint endpoint = new TextEndpoint();

    @Inject
    Fixtures fixtures;

    @Inject
    Api api;

    @Inject
    Superuser superuser;

    @Inject
    JobRunner jobs;

    @Inject
    EmbeddingModels models;

    @Inject
    EmbeddingUpkeepRepository upkeep;

    @Inject
    OperationTransaction transaction;

    @Inject
    PostEmbedder postEmbedder;

    private Fixtures.Team team;
    private final SettableClock clock = new SettableClock();

    @Override
    public Map<String, String> getProperties() {
        String prefix = "pulsegraph.embedding.endpoints.main.";
        return Map.of(
                prefix + "url", endpoint.url(),
                prefix + "key", "sk-123456",
                prefix + "model", MODEL,
                prefix + "dimensions", "4",
                prefix + "batch-size", "16",
                prefix + "max-attempts", "1",
                prefix + "initial-backoff", "1ms",
                prefix + "timeout", "2s",
                prefix + "circuit-open-time", "1ms");
    }

    @BeforeEach
    void begin() {
        endpoint.will(endpoint.well());
        superuser.execute("delete from embeddings where vector_data is null");
        superuser.execute("update embedding_settings set next_model = null");
        team = fixtures.team();
    }

    @AfterAll
    void close() {
        endpoint.close();
    }

    @Test
    void another_model_takes_over_when_it_has_embedded_all_texts_and_the_one_before_answers_until_then() {
        List<String> entities = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            entities.add(put("text number " + i));
        }
        assertThat(choose(MODEL).text("updateEmbeddingSettings.settings.nextModel"))
                .isEqualTo(MODEL);
        assertThat(settings()).containsEntry("model", "pulsegraph-hash-1").containsEntry("waiting", 40);

        // The endpoint takes one batch, and then is gone.
        endpoint.will(endpoint.well(), TextEndpoint.status(500, ""));
        assertThatThrownBy(() -> job().run())
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(ErrorCode.UNAVAILABLE))
                .hasMessageContaining("cannot answer: its endpoint answered with status 500.");
        assertThat(settings()).containsEntry("model", "pulsegraph-hash-1").containsEntry("nextModel", MODEL);
        assertThat(similarModel(entities.getFirst())).isEqualTo("pulsegraph-hash-1");

        endpoint.will(endpoint.well());
        String late = put("written while the model changes");
        assertThat(job().run()).contains("Another model answers for 1 organizations now.");
        assertThat(settings())
                .containsEntry("model", MODEL)
                .containsEntry("nextModel", null)
                .containsEntry("waiting", 0);
        assertThat(similarModel(late)).isEqualTo(MODEL);
        assertThat(vectors(MODEL)).isEqualTo(41);
        assertThat(vectors("pulsegraph-hash-1")).isEqualTo(41);

        // Back again costs nothing: every vector is there.
        int requests = endpoint.requests().size();
        choose("pulsegraph-hash-1");
        job().run();
        assertThat(settings()).containsEntry("model", "pulsegraph-hash-1");
        assertThat(endpoint.requests()).hasSize(requests);
    }

    @Test
    void what_was_embedded_before_a_run_was_broken_off_is_not_embedded_again() {
        for (int i = 0; i < 40; i++) {
            put("text number " + i);
        }
        choose(MODEL);
        var steps = new PendingTexts(upkeep, transaction);
        job(steps).run();
        assertThat(vectors(MODEL)).isEqualTo(40);
        superuser.execute(
                "update embeddings set vector_data = null where id in (select id from embeddings where organization_id = ?::uuid and space_id = ? order by id limit 7)",
                organization(),
                space(MODEL));
        int sent = texts();
        job().run();
        assertThat(texts() - sent).isEqualTo(7);
        assertThat(vectors(MODEL)).isEqualTo(40);
    }

    @Test
    void an_endpoint_that_is_down_leaves_texts_waiting_and_nothing_is_lost() {
        choose(MODEL);
        job().run();
        endpoint.will(TextEndpoint.status(503, ""));
        put("one");
        put("two");
        assertThat(settings()).containsEntry("model", MODEL).containsEntry("waiting", 2);
        EmbeddingJob job = job();
        assertThatThrownBy(job::run).hasMessageContaining("status 503. It is tried again in 15 s.");
        int requests = endpoint.requests().size();
        assertThat(job.run()).contains("Texts wait until ").contains("status 503");
        assertThat(endpoint.requests()).as("a model that failed rests").hasSize(requests);
        clock.pass(Duration.ofSeconds(16));
        assertThatThrownBy(job::run).hasMessageContaining("It is tried again in 30 s.");
        assertThat(settings()).containsEntry("waiting", 2);

        endpoint.will(endpoint.well());
        clock.pass(Duration.ofSeconds(31));
        assertThat(job.run()).startsWith("Embedded 2 texts.");
        assertThat(settings()).containsEntry("waiting", 0);
        assertThat(vectors(MODEL)).isEqualTo(2);
    }

    @Test
    void a_failure_is_seen_among_the_runs_of_the_job() {
        choose(MODEL);
        job().run();
        put("one");
        endpoint.will(TextEndpoint.status(401, ""));
        JobRun run = jobs.run("embeddings.embed");
        assertThat(run.status()).isEqualTo(JobRunStatus.FAILED);
        assertThat(run.message()).contains("it does not accept pulsegraph.embedding.endpoints.main.key");
        Answer seen = api.asOperator("op@ops.example")
                .ask("{ system { jobs { name lastRun { status message } } } }")
                .succeeded();
        assertThat(seen.text()).contains("it does not accept pulsegraph.embedding.endpoints.main.key");
    }

    @Test
    void a_text_that_the_model_refuses_keeps_no_other_waiting() {
        endpoint.will((exchange, request) -> {
            boolean refuses = request.texts().stream().anyMatch(text -> text.contains("poison"));
            (refuses ? TextEndpoint.status(400, "no") : endpoint.well()).answer(exchange, request);
        });
        choose(MODEL);
        job().run();
        for (int i = 0; i < 20; i++) {
            put(i == 3 ? "poison" : "text " + i);
        }
        EmbeddingJob job = job();
        assertThat(job.run()).contains("Embedded 19 texts.").contains("1 texts wait that their model does not take.");
        assertThat(vectors(MODEL)).isEqualTo(19);
        int requests = endpoint.requests().size();
        job.run();
        assertThat(endpoint.requests()).as("it is not asked again at once").hasSize(requests);
    }

    @Test
    void of_a_text_that_is_too_long_the_beginning_is_embedded() {
        endpoint.will((exchange, request) -> {
            boolean refuses = request.texts().stream().anyMatch(text -> text.length() > 1000);
            (refuses ? TextEndpoint.status(413, "too long") : endpoint.well()).answer(exchange, request);
        });
        choose(MODEL);
        job().run();
        put("x".repeat(3000));
        put("short");
        assertThat(job().run()).isEqualTo("Embedded 2 texts.");
        assertThat(endpoint.requests().stream().flatMap(request -> request.texts().stream()))
                .contains("x".repeat(750));
    }

    @Test
    void a_model_that_refuses_everything_is_left_alone() {
        choose(MODEL);
        job().run();
        endpoint.will(TextEndpoint.status(400, "unknown parameter"));
        for (int i = 0; i < 20; i++) {
            put("text " + i);
        }
        assertThatThrownBy(() -> job().run()).hasMessageContaining("it rejects all texts");
        assertThat(settings()).containsEntry("waiting", 20);
    }

    @Test
    void a_text_that_changed_while_it_was_embedded_goes_on_waiting() {
        choose(MODEL);
        job().run();
        String entity = put("before");
        endpoint.will((exchange, request) -> {
            if (request.texts().contains("before")) {
                put(entity, "after");
            }
            endpoint.well().answer(exchange, request);
        });
        assertThat(job().run()).startsWith("Embedded 0 texts.");
        assertThat(settings()).containsEntry("waiting", 1);
        assertThat(job().run()).startsWith("Embedded 1 texts.");
        assertThat(superuser.text(
                        "select round((vector_data[1] / vector_data[4])::numeric) from embeddings where organization_id = ?::uuid",
                        organization()))
                .as("the length of the text")
                .isEqualTo("-5");
    }

    @Test
    void a_text_that_changes_during_a_change_is_embedded_as_it_is_now() {
        String entity = put("before");
        choose(MODEL);
        endpoint.will(TextEndpoint.status(500, ""));
        assertThatThrownBy(() -> job().run()).isInstanceOf(Problem.class);
        put(entity, "afterwards");
        endpoint.will(endpoint.well());
        job().run();
        assertThat(settings()).containsEntry("model", MODEL);
        assertThat(contents()).containsOnly("afterwards").hasSize(2);
    }

    @Test
    void a_change_that_is_not_finished_may_be_taken_back() {
        put("one");
        choose(MODEL);
        endpoint.will(TextEndpoint.status(500, ""));
        assertThatThrownBy(() -> job().run()).isInstanceOf(Problem.class);
        assertThat(choose("pulsegraph-hash-1").at("updateEmbeddingSettings.settings.nextModel"))
                .isNull();
        assertThat(settings()).containsEntry("model", "pulsegraph-hash-1").containsEntry("waiting", 0);
    }

    @Test
    void vectors_of_the_same_name_and_another_size_are_in_the_way() {
        superuser.execute(
                "insert into embedding_models (organization_id, name, dimensions) values (?::uuid, ?, 3)",
                organization(),
                MODEL);
        Answer refused = tryToChoose("OWNER", Map.of("model", MODEL)).failed("CONFLICT");
        assertThat(refused.message())
                .contains("vectors of `text-model` have 3 numbers here, and those that this server makes have 4");
        assertThat(settings()).containsEntry("nextModel", null);
    }

    @Test
    void only_admins_choose_and_only_what_there_is() {
        tryToChoose("EDITOR", Map.of("model", MODEL)).failed("FORBIDDEN");
        tryToChoose("EDITOR", Map.of("language", "german")).failed("FORBIDDEN");
        tryToChoose("ADMIN", Map.of("model", MODEL)).succeeded();
        assertThat(tryToChoose("OWNER", Map.of("model", "gpt"))
                        .failed("NOT_FOUND")
                        .message())
                .isEqualTo("model: this server runs no model \"gpt\"; it runs pulsegraph-hash-1, text-model.");
        assertThat(tryToChoose("OWNER", Map.of("language", "klingon"))
                        .failed("BAD_USER_INPUT")
                        .argument())
                .isEqualTo("language");
        fixtures.team()
                .asOwner()
                .ask(CHOOSE, Map.of("input", Map.of("organization", team.id(), "model", MODEL)))
                .failed("NOT_FOUND");
    }

    @Test
    void another_language_is_read_at_once() {
        put("The cats were running");
        assertThat(words()).contains("'cats'").contains("'running'");
        assertThat(tryToChoose("OWNER", Map.of("language", "english"))
                        .succeeded()
                        .text("updateEmbeddingSettings.settings.language"))
                .isEqualTo("english");
        assertThat(words()).contains("'cat'").contains("'run'").doesNotContain("'cats'");
    }

    @Test
    void posts_are_embedded_where_that_is_missing_and_again_when_their_text_changed() {
        String post = team.post(Map.of("title", "A title", "content", "Some words. ".repeat(300)));
        team.post("Another");
        team.post(Map.of("content", "No title"));
        superuser.forgetEmbeddings(UUID.fromString(organization()));
        PostEmbedder.Outcome first = embedMissing();
        assertThat(first).isEqualTo(new PostEmbedder.Outcome(3, 3, 0, List.of()));
        List<String> chunks = contents();
        assertThat(chunks).hasSize(4).anyMatch(text -> text.startsWith("A title\n\nSome words."));
        assertThat(embedMissing()).isEqualTo(new PostEmbedder.Outcome(3, 0, 0, List.of()));

        superuser.execute(
                "update posts_content set content = 'Short now.' where post_id = ?::uuid",
                GlobalId.decode("id", post).uuid());
        assertThat(embedMissing()).isEqualTo(new PostEmbedder.Outcome(3, 1, 0, List.of()));
        assertThat(contents()).hasSize(3).contains("A title\n\nShort now.");
        assertThat(similarModel(post)).isEqualTo("pulsegraph-hash-1");
    }

    @Test
    void vectors_that_a_client_gave_a_post_are_left_alone() {
        String post = team.post("Mine");
        upsert(Map.of(
                        "entityType",
                        "POST",
                        "entity",
                        post,
                        "sourceField",
                        "content",
                        "text",
                        "My own text",
                        "vector",
                        Collections.nCopies(384, 1.0),
                        "model",
                        "pulsegraph-hash-1"))
                .succeeded();
        assertThat(embedMissing()).isEqualTo(new PostEmbedder.Outcome(1, 0, 0, List.of()));
        assertThat(contents()).containsExactly("My own text");
    }

    @Test
    void embedding_posts_goes_on_where_it_was_stopped_and_tells_what_waits() {
        choose(MODEL);
        job().run();
        for (int i = 0; i < 5; i++) {
            team.post("Post " + i);
        }
        endpoint.will(TextEndpoint.status(500, ""));
        PostEmbedder.Outcome stopped = embedMissing();
        assertThat(stopped.waiting()).isEqualTo(5);
        assertThat(stopped.reasons()).singleElement().asString().contains("its endpoint answered with status 500.");
        assertThat(contents()).hasSize(5);
        endpoint.will(endpoint.well());
        assertThat(embedMissing().waiting()).isZero();
        assertThat(vectors(MODEL)).isEqualTo(5);
        int sent = texts();
        assertThat(embedMissing()).isEqualTo(new PostEmbedder.Outcome(5, 0, 0, List.of()));
        assertThat(texts()).isEqualTo(sent);
    }

    private EmbeddingJob job() {
        return job(new PendingTexts(upkeep, transaction));
    }

    private EmbeddingJob job(PendingTexts waitingTexts) {
        return new EmbeddingJob(models, upkeep, waitingTexts, new Reembedding(upkeep, transaction), transaction, clock);
    }

    private PostEmbedder.Outcome embedMissing() {
        return postEmbedder.embedMissing(postEmbedder.find(team.slug()), posts -> {});
    }

    private Answer choose(String model) {
        return tryToChoose("OWNER", Map.of("model", model)).succeeded();
    }

    private Answer tryToChoose(String role, Map<String, Object> what) {
        Map<String, Object> input = new HashMap<>(what);
        input.put("organization", team.id());
        return team.as(role).ask(CHOOSE, Map.of("input", input));
    }

    private String put(String text) {
        String entity = UUID.randomUUID().toString();
        put(entity, text);
        return entity;
    }

    private void put(String entity, String text) {
        assertThat(upsert(Map.of("entityType", "CAMPAIGN", "entity", entity, "sourceField", "text", "text", text))
                        .succeeded()
                        .list("upsertEmbeddings.rejected"))
                .isEmpty();
    }

    private Answer upsert(Map<String, ?> item) {
        return team.asOwner()
                .ask(
                        "mutation ($input: UpsertEmbeddingsInput!) { upsertEmbeddings(input: $input) { written waiting rejected { reason } } }",
                        Map.of("input", Map.of("organization", team.id(), "items", List.of(item))));
    }

    private Map<String, @Nullable Object> settings() {
        Answer answer = team.asOwner()
                .ask("{ organization(slug: \"" + team.slug() + "\") { embeddingSettings " + SETTINGS + " } }")
                .succeeded();
        Map<String, @Nullable Object> settings = new HashMap<>();
        for (String field : List.of("model", "nextModel", "waiting", "language")) {
            settings.put(field, answer.at("organization.embeddingSettings." + field));
        }
        return settings;
    }

    /** Which model answers what is like an entity. */
    private String similarModel(String entity) {
        boolean isUuid = entity.length() == 36 && entity.charAt(8) == '-';
        Answer answer = team.asOwner()
                .ask("{ organization(slug: \"" + team.slug() + "\") { similar(input: { entity: \"" + entity + "\""
                        + (isUuid ? ", entityType: CAMPAIGN" : "")
                        + " }) { model returned matches { score } } } }")
                .succeeded();
        assertThat((Integer) answer.at("organization.similar.returned")).isPositive();
        return answer.text("organization.similar.model");
    }

    private String organization() {
        return superuser.text("select id from organizations where slug = ?", team.slug());
    }

    private int space(String model) {
        return Math.toIntExact(superuser.number(
                "select space_id from embedding_models where organization_id = ?::uuid and name = ?",
                organization(),
                model));
    }

    private long vectors(String model) {
        return superuser.number(
                "select count(*) from embeddings where organization_id = ?::uuid and space_id = ? and vector_data is not null",
                organization(),
                space(model));
    }

    private List<String> contents() {
        return superuser
                .texts("select content from embeddings where organization_id = ?::uuid", organization())
                .stream()
                .map(String::valueOf)
                .toList();
    }

    private String words() {
        return superuser.text("select search from embeddings where organization_id = ?::uuid", organization());
    }

    private int texts() {
        return endpoint.requests().stream()
                .mapToInt(request -> request.texts().size())
                .sum();
    }
}
