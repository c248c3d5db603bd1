package dev.pulsegraph.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Concurrently;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.Worlds;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An embedding is what was written last, at unit length, and costs nothing while it stays what it is. */
@MicronautTest(transactional = false)
class EmbeddingTest {
    private static final String UPSERT =
            "mutation ($input: UpsertEmbeddingsInput!) { upsertEmbeddings(input: $input) { written unchanged waiting rejected { index code reason } } }";
    private static final String NICHE = "00000000-0000-4000-8000-0000000000ac";

    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Inject
    EmbeddingWriter writer;

    @Inject
    OperationTransaction transaction;

    private Fixtures.Team team;
    private UUID organization;

    @BeforeEach
    void makeTeam() {
        team = fixtures.team();
        organization = UUID.fromString(Worlds.uuid(team.id()));
    }

    /** Without the embedding that it is written with. */
    private String post(String title) {
        String post = team.post(title);
        superuser.forgetEmbeddings(organization);
        return post;
    }

    @Test
    void what_is_written_again_leaves_its_row_alone() {
        String post = post("One");
        List<Map<String, Object>> items = List.of(
                vector("POST", post, "acme", 1, 2),
                with(vector("NICHE", NICHE, "acme", 3, 4), "metadata", Map.of("b", 1, "a", List.of(1, 2.50))),
                text("POST", post, "Opening hours on holidays"));
        assertThat(counts(upsert(items))).isEqualTo("3 0 0 0");
        String before = rows();
        assertThat(counts(upsert(items))).isEqualTo("0 3 0 0");
        assertThat(rows()).isEqualTo(before);
    }

    @Test
    void a_change_of_any_part_is_written() {
        Map<String, Object> item = with(vector("NICHE", NICHE, "acme", 1, 2), "text", "one");
        upsert(List.of(item));
        for (Map<String, Object> changed : List.of(
                with(item, "metadata", Map.of("language", "en")),
                with(item, "text", "two"),
                with(item, "vector", List.of(2, 1)),
                with(with(item, "text", "one"), "metadata", Map.of("language", "de")))) {
            assertThat(counts(upsert(List.of(changed)))).isEqualTo("1 0 0 0");
            assertThat(counts(upsert(List.of(changed)))).isEqualTo("0 1 0 0");
        }
        assertThat(number("select count(*) from embeddings where organization_id = ?"))
                .isEqualTo(1);
        upsert(List.of(vector("NICHE", NICHE, "acme", 2, 1)));
        assertThat(superuser.texts(
                        "select content || metadata::text from embeddings where organization_id = ?", organization))
                .containsOnlyNulls();
    }

    @Test
    void vectors_are_stored_at_unit_length_however_large_or_small_they_are() {
        double[][] vectors = {
            {3, 4},
            {1e30, 1e30},
            {1e-30, -1e-30},
            {1e30, 1e-30},
            {1e308, 1e308},
            {4.9e-324, 0},
            {1e-320, 3e-320},
            {1, 1e-45}
        };
        for (double[] given : vectors) {
            upsert(List.of(vector("NICHE", NICHE, "acme", given[0], given[1])));
            List<@Nullable String> stored = superuser.texts(
                    "select unnest(vector_data)::float8::text from embeddings where organization_id = ?", organization);
            double x = Double.parseDouble(String.valueOf(stored.get(0)));
            double y = Double.parseDouble(String.valueOf(stored.get(1)));
            assertThat(Math.hypot(x, y)).as("%s %s", given[0], given[1]).isCloseTo(1, within(1e-6));
            double largest = Math.max(Math.abs(given[0]), Math.abs(given[1]));
            double length = Math.hypot(given[0] / largest, given[1] / largest);
            assertThat(x).isCloseTo(given[0] / largest / length, within(1e-6));
            assertThat(y).isCloseTo(given[1] / largest / length, within(1e-6));
        }
    }

    @Test
    void a_vector_that_was_read_may_be_written_back() {
        String post = post("One");
        var random = new Random(7);
        List<Double> numbers = random.doubles(1536, -1, 1).boxed().collect(Collectors.toCollection(ArrayList::new));
        Map<String, Object> item = with(vector("POST", post, "acme"), "vector", numbers);
        upsert(List.of(item));
        List<?> read = team.asOwner()
                .ask("{ node(id: \"" + post + "\") { ... on Post { embeddings { vector } } } }")
                .succeeded()
                .list("node.embeddings.0.vector");
        assertThat(read).hasSize(1536);
        assertThat(counts(upsert(List.of(with(item, "vector", read))))).isEqualTo("0 1 0 0");
    }

    @Test
    void models_stand_side_by_side_and_each_has_its_own_number_of_dimensions() {
        Map<String, Object> small = vector("NICHE", NICHE, "small", 1, 2);
        Map<String, Object> large = vector("NICHE", NICHE, "large", 1, 2, 3);
        assertThat(counts(upsert(List.of(small, large)))).isEqualTo("2 0 0 0");
        Answer refused = upsert(List.of(with(small, "vector", List.of(1, 2, 3)), with(large, "vector", List.of(1))));
        assertThat(counts(refused)).isEqualTo("0 0 0 2");
        assertThat(refused.list("upsertEmbeddings.rejected"))
                .isEqualTo(List.of(
                        Map.of(
                                "index",
                                0,
                                "code",
                                "WRONG_DIMENSION",
                                "reason",
                                "vector: 3 numbers, where vectors of \"small\" have 2."),
                        Map.of(
                                "index",
                                1,
                                "code",
                                "WRONG_DIMENSION",
                                "reason",
                                "vector: 1 numbers, where vectors of \"large\" have 3.")));
        var other = fixtures.team();
        assertThat(counts(upsert(other, List.of(with(small, "vector", List.of(1, 2, 3))))))
                .as("another tenant may have another model of that name")
                .isEqualTo("1 0 0 0");
    }

    @Test
    void what_is_rejected_begins_no_model_and_replaces_nothing() {
        Map<String, Object> good = vector("NICHE", NICHE, "acme", 1, 2);
        Map<String, Object> unknown = vector("POST", NICHE, "acme", 1, 2, 3);
        assertThat(counts(upsert(List.of(unknown, good, with(good, "vector", List.of(1))))))
                .isEqualTo("1 0 0 2");
        assertThat(number("select dimensions from embedding_models where organization_id = ?"))
                .isEqualTo(2);
        List<Map<String, Object>> ofManyModels = IntStream.range(0, 30)
                .mapToObj(i -> vector("POST", NICHE, "m" + i, 1))
                .toList();
        upsert(ofManyModels);
        assertThat(number("select count(*) from embedding_models where organization_id = ?"))
                .isEqualTo(1);
    }

    @Test
    void of_a_chunk_given_twice_the_last_counts() {
        Map<String, Object> item = vector("NICHE", NICHE, "acme", 1, 2);
        Map<String, Object> words = text("NICHE", NICHE, "one");
        assertThat(counts(upsert(List.of(
                        item,
                        words,
                        with(words, "text", "two"),
                        with(item, "vector", List.of(0, 1)),
                        with(words, "text", "one")))))
                .isEqualTo("2 3 0 0");
        assertThat(superuser.texts(
                        "select coalesce(content, vector_data::text) from embeddings where organization_id = ?",
                        organization))
                .containsExactlyInAnyOrder("one", "{0,1}");
    }

    @Test
    void the_twenty_first_model_is_rejected_but_texts_always_have_one() {
        List<Map<String, Object>> items = IntStream.range(0, 21)
                .mapToObj(i -> vector("NICHE", NICHE, "m" + i, 1))
                .collect(Collectors.toCollection(ArrayList::new));
        items.add(text("NICHE", NICHE, "words"));
        Answer answer = upsert(items);
        assertThat(counts(answer)).isEqualTo("20 0 0 2");
        assertThat(answer.list("upsertEmbeddings.rejected").toString()).contains("TOO_MANY_MODELS", "at most 20");
        assertThat(counts(upsert(List.of(text("NICHE", NICHE, "words"))))).isEqualTo("0 1 0 0");
        assertThat(counts(upsert(List.of(vector("NICHE", NICHE, "m0", 0.5), vector("NICHE", NICHE, "another", 1)))))
                .isEqualTo("0 1 0 1");
        assertThat(delete("model: \"m3\"")).isEqualTo(1);
        assertThat(counts(upsert(List.of(vector("NICHE", NICHE, "another", 1, 2)))))
                .isEqualTo("1 0 0 0");
    }

    @Test
    void a_text_takes_the_vectors_of_the_text_before_it_along() {
        Map<String, Object> own = with(vector("NICHE", NICHE, "acme", 1, 2), "text", "one");
        upsert(List.of(own, text("NICHE", NICHE, "one")));
        // As another model of this server left it.
        superuser.execute(
                "insert into embedding_models (organization_id, name, dimensions) values (?, 'before', 2)",
                organization);
        superuser.execute("""
                insert into embeddings (organization_id, id, entity_type, entity_id, source_field, space_id, vector_data, content, generated)
                select organization_id, gen_random_uuid(), 'niche', ?::uuid, 'name', space_id, '{0,1}', 'one', true
                from embedding_models where organization_id = ? and name = 'before'""", NICHE, organization);
        assertThat(counts(upsert(List.of(text("NICHE", NICHE, "one"))))).isEqualTo("0 1 0 0");
        assertThat(models()).containsExactly("acme", "before", "pulsegraph-hash-1");
        assertThat(counts(upsert(List.of(text("NICHE", NICHE, "two"))))).isEqualTo("1 0 0 0");
        assertThat(models()).containsExactly("acme", "pulsegraph-hash-1");
    }

    @Test
    void who_writes_at_the_same_moment_does_not_deadlock() {
        List<String> posts = IntStream.range(0, 20).mapToObj(i -> post("p" + i)).toList();
        var writers = IntStream.range(0, 8)
                .mapToObj(n -> {
                    List<Map<String, Object>> items = new ArrayList<>();
                    for (String post : posts) {
                        items.add(vector("POST", post, "first-" + n % 2, n + 1, 2));
                        items.add(vector("POST", post, "second", 1, n + 1));
                        if (n % 2 == 0) {
                            items.add(text("POST", post, "text " + n));
                        }
                    }
                    Collections.shuffle(items, new Random(n));
                    return (Callable<String>) () -> {
                        for (int i = 0; i < 5; i++) {
                            Answer answer = ask(team.asOwner(), items).succeeded();
                            assertThat(answer.list("upsertEmbeddings.rejected")).isEmpty();
                        }
                        return "";
                    };
                })
                .toList();
        assertThat(Concurrently.call(writers.stream())).hasSize(8);
        assertThat(superuser.texts(
                        "select count(distinct content)::text from embeddings where organization_id = ? and generated"
                                + " group by entity_id",
                        organization))
                .hasSize(20)
                .containsOnly("1");
    }

    @Test
    void tenants_that_begin_the_same_models_at_the_same_moment_share_their_spaces() {
        List<String> names = IntStream.range(0, 10)
                .mapToObj(i -> Fixtures.unique("model"))
                .collect(Collectors.toCollection(ArrayList::new));
        var writers = IntStream.range(0, 6)
                .mapToObj(n -> {
                    List<String> mine = new ArrayList<>(names);
                    Collections.shuffle(mine, new Random(n));
                    var other = fixtures.team();
                    return (Callable<String>) () -> counts(upsert(
                            other,
                            mine.stream()
                                    .map(name -> vector("NICHE", NICHE, name, 1, 2))
                                    .toList()));
                })
                .toList();
        assertThat(Concurrently.call(writers.stream())).containsOnly("10 0 0 0");
        assertThat(superuser.number(
                        "select count(*) from embedding_spaces where model = any (string_to_array(?, ','))",
                        String.join(",", names)))
                .isEqualTo(10);
    }

    @Test
    void a_thousand_go_in_and_one_more_is_too_many() {
        List<Map<String, Object>> items = IntStream.range(0, 1000)
                .mapToObj(i -> with(vector("NICHE", new UUID(0x4000, i).toString(), "acme", 1, i), "text", "n " + i))
                .collect(Collectors.toCollection(ArrayList::new));
        assertThat(counts(upsert(items))).isEqualTo("1000 0 0 0");
        items.add(vector("NICHE", NICHE, "acme", 1, 2));
        assertThat(ask(team.asOwner(), items).failed("LIMIT_EXCEEDED").argument())
                .isEqualTo("items");
    }

    @Test
    void posts_and_organizations_take_their_embeddings_along() {
        String post = post("Short-lived");
        upsert(List.of(
                vector("POST", post, "acme", 1, 2),
                text("POST", post, "words"),
                vector("ACCOUNT", Worlds.uuid(post), "acme", 1, 2)));
        team.asOwner()
                .ask("mutation { deletePost(input: { id: \"" + post + "\" }) { deletedId } }")
                .succeeded();
        assertThat(superuser.texts("select entity_type from embeddings where organization_id = ?", organization))
                .containsExactly("account");
        team.asOwner()
                .ask("mutation { deleteOrganization(input: { id: \"" + team.id() + "\", confirmSlug: \"" + team.slug()
                        + "\" }) { deletedId } }")
                .succeeded();
        for (String table : List.of("embeddings", "embedding_models", "embedding_settings")) {
            assertThat(number("select count(*) from " + table + " where organization_id = ?"))
                    .as(table)
                    .isZero();
        }
    }

    @Test
    void metadata_may_have_8192_characters_as_it_is_stored() {
        Map<String, Object> item = vector("NICHE", NICHE, "acme", 1, 2);
        // {"a": "…"} has 9 characters besides, one of them the space that is stored and was not sent.
        Answer answer = upsert(List.of(
                with(item, "metadata", Map.of("a", "x".repeat(8184))),
                with(with(item, "chunkIndex", 1), "metadata", Map.of("a", "x".repeat(8183)))));
        assertThat(counts(answer)).isEqualTo("1 0 0 1");
        assertThat(answer.list("upsertEmbeddings.rejected").toString()).contains("BAD_METADATA", "8193", "8192");
    }

    @Test
    void texts_may_have_10000_characters_of_any_kind_but_those_that_cannot_be_kept() {
        Map<String, Object> item = vector("NICHE", NICHE, "acme", 1, 2);
        Answer answer = upsert(List.of(
                with(item, "text", "😀".repeat(10_000)),
                with(item, "text", "😀".repeat(10_001)),
                with(item, "text", "a\u0000b"),
                with(item, "text", "\ud83d"),
                with(text("NICHE", NICHE, " \t\n\\N \\. \u200b"), "chunkIndex", 1),
                with(item, "metadata", Map.of("a", "\u0000"))));
        assertThat(counts(answer)).isEqualTo("2 0 0 4");
        assertThat(answer.list("upsertEmbeddings.rejected").stream()
                        .map(rejected -> ((Map<?, ?>) rejected).get("code"))
                        .toList())
                .isEqualTo(List.of("BAD_TEXT", "BAD_TEXT", "BAD_TEXT", "BAD_METADATA"));
    }

    @Test
    void a_number_that_is_not_finite_is_told_by_its_place() {
        Answer answer = team.asOwner()
                .post("{\"query\": \"" + UPSERT + "\", \"variables\": {\"input\": {\"organization\": \"" + team.id()
                        + "\", \"items\": [{\"entityType\": \"NICHE\", \"entity\": \"" + NICHE
                        + "\", \"sourceField\": \"name\", \"model\": \"acme\", \"vector\": [1, 1e400]}]}}}");
        if (answer.errors().isEmpty()) {
            assertThat(answer.list("upsertEmbeddings.rejected").toString()).contains("NOT_FINITE", "place 1");
        } else {
            answer.failed("BAD_USER_INPUT");
        }
    }

    @Test
    void members_write_and_delete_what_belongs_to_ai_context_and_nothing_else() {
        String log = team.asOwner()
                .ask("mutation { logAiContext(input: { organization: \"" + team.id()
                        + "\", sourceType: \"chat\", contextSummary: \"Hours?\" }) { log { id } } }")
                .succeeded()
                .text("logAiContext.log.id");
        var member = team.as("MEMBER");
        Map<String, Object> ofLog = text("AI_CONTEXT", log, "Hours?");
        Map<String, Object> ofNiche = vector("NICHE", NICHE, "acme", 1, 2);
        assertThat(counts(ask(member, List.of(ofLog)).succeeded())).isEqualTo("1 0 0 0");
        ask(member, List.of(ofLog, ofNiche)).failed("FORBIDDEN");
        ask(member, List.of()).failed("FORBIDDEN");
        ask(team.as("VIEWER"), List.of(ofLog)).failed("FORBIDDEN");
        upsert(List.of(ofNiche));
        assertThat(member.ask(deletion("")).failed("FORBIDDEN").text()).isNotEmpty();
        // This one, and the one that the log got when it was written.
        assertThat(member.ask(deletion("entityType: AI_CONTEXT")).succeeded().at("deleteEmbeddings.deleted"))
                .isEqualTo(2);
        assertThat(number("select count(*) from embeddings where organization_id = ?"))
                .isEqualTo(1);
    }

    @Test
    void nobody_writes_about_what_belongs_to_others() {
        var other = fixtures.team();
        String theirs = other.post("Theirs");
        Answer answer =
                upsert(List.of(vector("POST", theirs, "acme", 1, 2), text("POST", Worlds.uuid(theirs), "words")));
        assertThat(counts(answer)).isEqualTo("0 0 0 2");
        assertThat(answer.list("upsertEmbeddings.rejected").toString())
                .contains("UNKNOWN_ENTITY", "there is no such post");
        ask(other.asOwner(), team, List.of(vector("NICHE", NICHE, "acme", 1, 2)))
                .failed("NOT_FOUND");
    }

    @Test
    void a_field_has_the_texts_it_was_given_last() {
        UUID post = UUID.fromString(Worlds.uuid(post("Long")));
        upsert(List.of(
                with(with(vector("POST", post.toString(), "acme", 1, 2), "chunkIndex", 2), "sourceField", "content")));
        put(post, "one", "two", "three");
        String before = rows();
        put(post, "one", "two", "three");
        assertThat(rows()).isEqualTo(before);
        put(post, "one", "zwei");
        assertThat(texts()).containsExactly("0 one", "1 zwei");
        put(post);
        assertThat(texts()).isEmpty();
        assertThat(models()).as("what others made of the field stays").containsExactly("acme");
        put(UUID.randomUUID(), "of nothing");
        assertThat(texts()).isEmpty();
    }

    @Test
    void an_answer_holds_no_more_than_it_can() {
        String post = post("Many");
        superuser.execute(
                "insert into embedding_models (organization_id, name, dimensions) values (?, 'huge', 16000)",
                organization);
        superuser.execute("""
                insert into embeddings (organization_id, id, entity_type, entity_id, source_field, chunk_index, space_id, vector_data)
                select organization_id, gen_random_uuid(), 'post', ?::uuid, 'content', n, space_id, array[1::real] || array_fill(0::real, array[15999])
                from embedding_models, generate_series(0, 199) n where organization_id = ?""", Worlds.uuid(post), organization);
        String query = "{ node(id: \"" + post + "\") { ... on Post { embeddings { %s } } } }";
        assertThat(team.asOwner()
                        .ask(query.formatted("vector"))
                        .failed("LIMIT_EXCEEDED")
                        .message())
                .contains("without `vector`");
        assertThat(team.asOwner().ask(query.formatted("text")).succeeded().list("node.embeddings"))
                .hasSize(200);
    }

    private void put(UUID post, String... chunks) {
        transaction.asWorker(Duration.ofSeconds(30), () -> {
            writer.replaceTexts(organization, EntityType.POST, post, "content", List.of(chunks));
            return true;
        });
    }

    private List<String> texts() {
        return superuser
                .texts(
                        "select chunk_index || ' ' || content from embeddings where organization_id = ? and generated order by 1",
                        organization)
                .stream()
                .map(String::valueOf)
                .toList();
    }

    private List<String> models() {
        return superuser
                .texts(
                        "select s.model from embeddings e join embedding_spaces s on s.id = e.space_id"
                                + " where e.organization_id = ? order by 1",
                        organization)
                .stream()
                .map(String::valueOf)
                .toList();
    }

    /** Where the rows lie and which transactions wrote them: what is not touched stays as it is. */
    private String rows() {
        return superuser
                .texts(
                        "select concat_ws(' ', e.xmin, e.ctid, e.updated_at, e.id) from embeddings e where e.organization_id = ? order by e.id",
                        organization)
                .toString();
    }

    private long number(String sql) {
        return superuser.number(sql, organization);
    }

    private int delete(String narrowed) {
        return Integer.parseInt(String.valueOf(
                team.asOwner().ask(deletion(narrowed)).succeeded().at("deleteEmbeddings.deleted")));
    }

    private String deletion(String narrowed) {
        return "mutation { deleteEmbeddings(input: { organization: \"" + team.id() + "\" " + narrowed
                + " }) { deleted } }";
    }

    private Answer upsert(List<Map<String, Object>> items) {
        return upsert(team, items);
    }

    private static Answer upsert(Fixtures.Team team, List<Map<String, Object>> items) {
        return ask(team.asOwner(), team, items).succeeded();
    }

    private Answer ask(Api.As who, List<Map<String, Object>> items) {
        return ask(who, team, items);
    }

    private static Answer ask(Api.As who, Fixtures.Team team, List<Map<String, Object>> items) {
        return who.ask(UPSERT, Map.of("input", Map.of("organization", team.id(), "items", items)));
    }

    /** How many were written, unchanged, are waiting and were rejected. */
    private static String counts(Answer answer) {
        return answer.at("upsertEmbeddings.written") + " " + answer.at("upsertEmbeddings.unchanged") + " "
                + answer.at("upsertEmbeddings.waiting") + " "
                + answer.list("upsertEmbeddings.rejected").size();
    }

    private static Map<String, Object> vector(String type, String entity, String model, double... numbers) {
        Map<String, Object> item = new HashMap<>();
        item.put("entityType", type);
        item.put("entity", entity);
        item.put("sourceField", "name");
        item.put("model", model);
        item.put("vector", java.util.Arrays.stream(numbers).boxed().toList());
        return item;
    }

    private static Map<String, Object> text(String type, String entity, String text) {
        Map<String, Object> item = new HashMap<>();
        item.put("entityType", type);
        item.put("entity", entity);
        item.put("sourceField", "name");
        item.put("text", text);
        return item;
    }

    private static Map<String, Object> with(Map<String, Object> item, String field, Object value) {
        Map<String, Object> changed = new HashMap<>(item);
        changed.put(field, value);
        return changed;
    }
}
