package dev.pulsegraph.similarity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.VectorWorld;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is alike, beside what a plain loop over all vectors finds. */
@MicronautTest(transactional = false)
class SimilarTest {
    private static final double EXACT = 1e-6;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @ParameterizedTest(name = "{0} dimensions in {1} clusters")
    @CsvSource({"3, 0", "384, 0", "384, 20", "1536, 8"})
    void the_nearest_come_first_with_their_cosine(int dimensions, int clusters) {
        VectorWorld world = world(dimensions, clusters).addAccounts(300).store();
        List<Double> query = world.vector();

        Answer answer = world.similar(Map.of("vector", query, "first", 25));

        List<VectorWorld.Hit> nearest = world.nearest(query, row -> true).subList(0, 25);
        assertThat(answer.succeeded().text("organization.similar.strategy")).isEqualTo("EXACT");
        assertThat(VectorWorld.entities(answer))
                .isEqualTo(nearest.stream().map(VectorWorld.Hit::entity).toList());
        List<Double> scores = VectorWorld.numbers(answer, "score");
        for (int i = 0; i < scores.size(); i++) {
            assertThat(scores.get(i)).isCloseTo(nearest.get(i).score(), within(EXACT));
        }
        assertThat(VectorWorld.numbers(answer, "vectorRank"))
                .isEqualTo(IntStream.rangeClosed(1, 25).asDoubleStream().boxed().toList());
    }

    @ParameterizedTest(name = "{0} chunks")
    @CsvSource({"1, 1", "99, 99", "100, 100", "101, 100", "250, 100", "999, 100"})
    void an_entity_of_very_many_chunks_is_searched_for_by_a_hundred_all_along_it(int chunks, int searches) {
        VectorWorld world = world(3, 0);
        UUID source = UUID.randomUUID();
        for (int chunk = 0; chunk < chunks; chunk++) {
            world.add("CHAT", source, chunk, null, Map.of());
        }
        world.addAccounts(2).store();

        List<@Nullable String> compared = superuser.texts("""
                select s.sources::text
                from embedding_models m
                cross join lateral app.similar(m.organization_id, m.space_id, null,
                  jsonb_build_object('mode', 'vector', 'source_type', 'chat', 'source_id', ?::uuid, 'first', 2)) s
                where m.organization_id = ? and m.name = ?""", source, world.organization, VectorWorld.MODEL);
        assertThat(compared).containsExactly(Integer.toString(searches));
    }

    @Test
    void an_entity_is_like_others_by_its_best_chunk_and_never_like_itself() {
        VectorWorld world = world(16, 0);
        List<UUID> entities = Stream.generate(UUID::randomUUID).limit(40).toList();
        for (UUID entity : entities) {
            for (int chunk = 0; chunk < 3; chunk++) {
                world.add("CHAT", entity, chunk, null, Map.of());
            }
        }
        world.store();
        UUID source = entities.getFirst();

        Answer answer = world.similar(Map.of("entity", source.toString(), "entityType", "CHAT", "first", 39))
                .succeeded();

        Map<UUID, Double> best = new HashMap<>();
        for (VectorWorld.Row mine : world.rows) {
            if (mine.entity().equals(source)) {
                world.nearest(mine.vector(), row -> !row.entity().equals(source))
                        .forEach(hit -> best.merge(hit.entity(), hit.score(), Math::max));
            }
        }
        assertThat(VectorWorld.entities(answer)).containsExactlyElementsOf(byScore(best));
        assertThat(answer.text("organization.similar.hasMore")).isEqualTo("false");
    }

    @Test
    void fewer_than_asked_for_means_there_are_no_more() {
        VectorWorld world = world(8, 0).addAccounts(10).store();
        List<Double> query = world.vector();
        List<Double> vector = query;

        for (int first : List.of(9, 10, 11)) {
            Answer answer =
                    world.similar(Map.of("vector", vector, "first", first)).succeeded();
            assertThat(answer.text("organization.similar.requested")).isEqualTo("" + first);
            assertThat(answer.text("organization.similar.returned")).isEqualTo("" + Math.min(first, 10));
            assertThat(answer.text("organization.similar.hasMore")).isEqualTo("" + (first < 10));
        }
        double third = world.nearest(query, row -> true).get(2).score();
        Answer answer = world.similar(Map.of("vector", vector, "first", 9, "threshold", third - EXACT))
                .succeeded();
        assertThat(answer.text("organization.similar.returned")).isEqualTo("3");
        assertThat(answer.text("organization.similar.hasMore")).isEqualTo("false");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void a_filter_never_loses_what_qualifies(long seed) {
        var world = new VectorWorld(fixtures, superuser, 24, 5, seed);
        var random = new Random(seed);
        List<String> platforms = List.of("instagram", "tiktok", "x");
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        Map<UUID, Set<String>> on = new HashMap<>();
        Map<UUID, Instant> published = new HashMap<>();
        for (int i = 0; i < 30; i++) {
            List<String> where =
                    platforms.stream().filter(p -> random.nextBoolean()).toList();
            Instant at = start.plus(random.nextInt(60), ChronoUnit.DAYS);
            UUID post = GlobalId.decode(
                            "id",
                            world.team.post(Map.of(
                                    "title",
                                    "Post " + i,
                                    "platforms",
                                    where,
                                    "status",
                                    "PUBLISHED",
                                    "publishedAt",
                                    at.toString())))
                    .uuid();
            on.put(post, Set.copyOf(where));
            published.put(post, at);
            for (int chunk = 0; chunk < 2; chunk++) {
                world.add(
                        "POST", post, chunk, null, Map.of("language", random.nextBoolean() ? "en" : "de", "n", i % 3));
            }
        }
        IntStream.range(0, 30)
                .forEach(i -> world.add(
                        i % 2 == 0 ? "ACCOUNT" : "CHAT",
                        new UUID(seed, i),
                        0,
                        null,
                        Map.of("language", "en", "n", i % 3)));
        world.store();

        for (int i = 0; i < 40; i++) {
            Map<String, Object> input = new HashMap<>();
            List<Double> query = world.vector();
            input.put("vector", query);
            input.put("first", 1 + random.nextInt(40));
            List<String> types = random.nextInt(3) == 0 ? List.of("POST", "CHAT") : null;
            List<String> wanted = random.nextInt(3) == 0 ? List.of(platforms.get(random.nextInt(3))) : null;
            boolean range = random.nextInt(3) == 0;
            Instant from = start.plus(random.nextInt(30), ChronoUnit.DAYS);
            Instant to = from.plus(1 + random.nextInt(30), ChronoUnit.DAYS);
            Map<String, Object> metadata =
                    random.nextInt(3) == 0 ? Map.of("language", "en", "n", random.nextInt(3)) : null;
            if (types != null) {
                input.put("entityTypes", types);
            }
            if (wanted != null) {
                input.put("platforms", wanted);
            }
            if (range) {
                input.put("range", Map.of("from", from.toString(), "to", to.toString()));
            }
            if (metadata != null) {
                input.put("metadata", metadata);
            }
            List<UUID> expected = world
                    .nearest(
                            query,
                            row -> (types == null || types.contains(row.type()))
                                    && (wanted == null
                                            || on.getOrDefault(row.entity(), Set.of())
                                                    .contains(wanted.getFirst()))
                                    && (!range || falls(published.get(row.entity()), from, to))
                                    && (metadata == null
                                            || row.metadata().entrySet().containsAll(metadata.entrySet())))
                    .stream()
                    .map(VectorWorld.Hit::entity)
                    .limit((int) input.get("first"))
                    .toList();
            assertThat(VectorWorld.entities(world.similar(input).succeeded()))
                    .as("%s", input)
                    .isEqualTo(expected);
        }
    }

    @Test
    void words_are_found_by_all_of_them_and_shown_in_place() {
        VectorWorld world = texts();

        Answer answer = world.similar(Map.of("text", "sourdough bread", "mode", "KEYWORD"))
                .succeeded();
        assertThat(answer.text("organization.similar.strategy")).isEqualTo("KEYWORD");
        assertThat(VectorWorld.entities(answer)).containsExactlyInAnyOrder(new UUID(7, 0), new UUID(7, 1));
        assertThat(answer.text("organization.similar.matches.0.snippet")).contains("sourdough");
        assertThat(answer.at("organization.similar.matches.0.vectorRank")).isNull();

        assertThat(VectorWorld.entities(world.similar(Map.of("text", "bread -sourdough", "mode", "KEYWORD"))))
                .containsExactly(new UUID(7, 2));
        assertThat(VectorWorld.entities(world.similar(Map.of("text", "bicycle or guitar", "mode", "KEYWORD"))))
                .containsExactlyInAnyOrder(new UUID(7, 3), new UUID(7, 4));
        assertThat(VectorWorld.entities(world.similar(Map.of("text", "!&|()'", "mode", "KEYWORD"))
                        .succeeded()))
                .isEmpty();
    }

    @Test
    void a_hybrid_answer_is_the_fusion_of_both_lists() {
        VectorWorld world = texts();
        List<Double> vector = world.vector();
        String text = "bread";
        List<UUID> near = VectorWorld.entities(
                world.similar(Map.of("vector", vector, "first", 100)).succeeded());
        List<UUID> words = VectorWorld.entities(world.similar(Map.of("text", text, "mode", "KEYWORD", "first", 100))
                .succeeded());

        for (Map<String, ?> fusion : List.<Map<String, ?>>of(
                Map.of(),
                Map.of("k", 1),
                Map.of("k", 10, "vectorWeight", 0.5, "keywordWeight", 3.0),
                Map.of("vectorWeight", 0))) {
            double k = fusion.get("k") instanceof Number number ? number.doubleValue() : 60;
            Map<UUID, Double> scores = new HashMap<>();
            IntStream.range(0, near.size())
                    .forEach(i -> scores.merge(near.get(i), weight(fusion, "vectorWeight") / (k + i + 1), Double::sum));
            IntStream.range(0, words.size())
                    .forEach(i ->
                            scores.merge(words.get(i), weight(fusion, "keywordWeight") / (k + i + 1), Double::sum));

            Answer answer = world.similar(
                            Map.of("vector", vector, "text", text, "mode", "HYBRID", "first", 100, "fusion", fusion))
                    .succeeded();
            List<Double> answered = VectorWorld.numbers(answer, "score");
            List<UUID> entities = VectorWorld.entities(answer);
            assertThat(entities).containsExactlyInAnyOrderElementsOf(scores.keySet());
            assertThat(answered).isSortedAccordingTo(Comparator.reverseOrder());
            for (int i = 0; i < entities.size(); i++) {
                assertThat(answered.get(i)).isCloseTo(scores.get(entities.get(i)), within(1e-12));
                assertThat(VectorWorld.numbers(answer, "vectorRank").get(i))
                        .isEqualTo(near.indexOf(entities.get(i)) + 1.0);
                int rank = words.indexOf(entities.get(i));
                assertThat(VectorWorld.numbers(answer, "keywordRank").get(i))
                        .isEqualTo(rank < 0 ? Double.NEGATIVE_INFINITY : rank + 1.0);
            }
        }
    }

    private static double weight(Map<String, ?> fusion, String name) {
        return fusion.get(name) instanceof Number weight ? weight.doubleValue() : 1;
    }

    @Test
    void a_boost_raises_what_people_engage_with_and_says_how() {
        VectorWorld world = world(12, 0);
        List<String> posts = IntStream.range(0, 6)
                .mapToObj(i -> world.team.post("Post " + i))
                .toList();
        posts.forEach(post -> world.add("POST", GlobalId.decode("id", post).uuid(), 0, null, Map.of()));
        world.store();
        Instant today = Instant.now().truncatedTo(ChronoUnit.DAYS);
        List<Map<String, Object>> samples = new ArrayList<>();
        for (int i = 1; i < posts.size(); i++) {
            for (int day = 0; day < 4; day++) {
                samples.add(Fixtures.sample(
                        "likes",
                        posts.get(i),
                        "instagram",
                        10.0 * i * (4 - day),
                        today.minus(day, ChronoUnit.DAYS).toString()));
            }
        }
        world.team
                .asOwner()
                .ask(
                        "mutation ($input: RecordMetricsInput!) { recordMetrics(input: $input) { written } }",
                        Map.of("input", Map.of("organization", world.team.id(), "samples", samples)))
                .succeeded();
        List<Double> vector = world.vector();
        Map<UUID, Double> plain = new HashMap<>();
        Answer unboosted = world.similar(Map.of("vector", vector)).succeeded();
        IntStream.range(0, 6)
                .forEach(i -> plain.put(
                        VectorWorld.entities(unboosted).get(i),
                        VectorWorld.numbers(unboosted, "score").get(i)));

        Answer answer = world.similar(
                        Map.of("vector", vector, "boost", Map.of("metric", "likes", "weight", 2, "halfLife", 1)))
                .succeeded();

        assertThat(answer.list("organization.similar.matches")).hasSize(6);
        double highest = IntStream.range(0, 6)
                .mapToDouble(i -> boost(answer, i, "engagement"))
                .max()
                .orElseThrow();
        assertThat(highest).isPositive();
        List<Double> scores = VectorWorld.numbers(answer, "score");
        assertThat(scores).isSortedAccordingTo(Comparator.reverseOrder());
        for (int i = 0; i < 6; i++) {
            double factor = 1 + 2 * Math.log1p(boost(answer, i, "engagement")) / Math.log1p(highest);
            double score = plain.getOrDefault(VectorWorld.entities(answer).get(i), Double.NaN);
            assertThat(boost(answer, i, "factor")).isCloseTo(factor, within(1e-9));
            assertThat(boost(answer, i, "score")).isCloseTo(score, within(1e-12));
            assertThat(scores.get(i)).isCloseTo(score >= 0 ? score * factor : score / factor, within(1e-9));
        }
        UUID without = GlobalId.decode("id", posts.getFirst()).uuid();
        assertThat(boost(answer, VectorWorld.entities(answer).indexOf(without), "engagement"))
                .isZero();
        assertThat(world.similar(Map.of("vector", vector, "boost", Map.of("metric", "followers")))
                        .code())
                .isEqualTo("BAD_USER_INPUT");
    }

    private static double boost(Answer answer, int match, String field) {
        return Double.parseDouble(answer.text("organization.similar.matches." + match + ".boost." + field));
    }

    private static boolean falls(@Nullable Instant at, Instant from, Instant to) {
        return at != null && !at.isBefore(from) && at.isBefore(to);
    }

    @Test
    void a_stranger_learns_nothing_and_changes_nothing() {
        VectorWorld a = world(8, 0);
        UUID post = GlobalId.decode("id", a.team.post("A secret of A")).uuid();
        a.add("POST", post, 0, "A secret of A", Map.of("owner", "a")).store();
        VectorWorld b = world(8, 0).addAccounts(3).store();
        List<Double> vector = a.rows.getFirst().vector();

        Answer alone = b.similar(Map.of("vector", vector));
        assertThat(VectorWorld.entities(alone)).hasSize(3).doesNotContain(post);
        assertThat(b.similar(Map.of("entity", GlobalId.encode("Post", post))).code())
                .isEqualTo("NOT_FOUND");
        assertThat(b.similar(Map.of("text", "secret", "mode", "KEYWORD")).list("organization.similar.matches"))
                .isEmpty();
        assertThat(b.similar(Map.of("vector", vector, "metadata", Map.of("owner", "a")))
                        .list("organization.similar.matches"))
                .isEmpty();
        Answer stranger = b.team.asOwner()
                .ask(
                        "query ($slug: String!, $input: SimilarInput!) { organization(slug: $slug) { similar(input: $input) { returned } } }",
                        Map.of("slug", a.team.slug(), "input", Map.of("vector", vector, "model", VectorWorld.MODEL)));
        assertThat(stranger.at("organization")).isNull();
    }

    @Test
    void the_function_of_the_source_answers_the_same() {
        VectorWorld world = world(8, 0).addAccounts(12).store();
        superuser.execute(
                "update embedding_settings set model = ? where organization_id = ?",
                VectorWorld.MODEL,
                world.organization);
        VectorWorld.Row source = world.rows.getFirst();
        List<VectorWorld.Hit> nearest =
                world.nearest(source.vector(), row -> !row.entity().equals(source.entity())).stream()
                        .limit(5)
                        .filter(hit -> hit.score() >= 0.1)
                        .toList();

        List<String> found = superuser
                .texts("select entity_id::text from find_similar_content('account', ?, 0.1, 5)", source.entity())
                .stream()
                .map(String::valueOf)
                .toList();

        assertThat(found)
                .isEqualTo(nearest.stream().map(hit -> hit.entity().toString()).toList());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|input",
                "{\"vector\": [1, 0], \"text\": \"a\"}|input",
                "{\"vector\": [1, 0], \"mode\": \"HYBRID\"}|text",
                "{\"vector\": [1, 0]}|vector",
                "{\"vector\": [0, 0, 0]}|vector",
                "{\"vector\": []}|vector",
                "{\"text\": \" \", \"mode\": \"KEYWORD\"}|text",
                "{\"text\": \"a\"}|text",
                "{\"text\": \"a\", \"mode\": \"KEYWORD\", \"threshold\": 0.5}|threshold",
                "{\"vector\": [1, 0, 0], \"threshold\": 1.5}|threshold",
                "{\"vector\": [1, 0, 0], \"first\": 101}|first",
                "{\"vector\": [1, 0, 0], \"first\": 0}|first",
                "{\"vector\": [1, 0, 0], \"model\": \"another\"}|model",
                "{\"vector\": [1, 0, 0], \"entityType\": \"POST\"}|entityType",
                "{\"entity\": \"01980000-0000-7000-8000-000000000001\"}|entityType",
                "{\"vector\": [1, 0, 0], \"fusion\": {\"k\": 0}}|k",
                "{\"vector\": [1, 0, 0], \"boost\": {\"metric\": \"likes\", \"weight\": 11}}|weight",
                "{\"vector\": [1, 0, 0], \"boost\": {\"metric\": \"likes\", \"halfLife\": 0}}|halfLife",
                "{\"vector\": [1, 0, 0], \"boost\": {\"metric\": \"nothing\"}}|boost"
            })
    void what_cannot_be_answered_is_named(String input, String argument) {
        VectorWorld world = world(3, 0).addAccounts(2).store();
        String question = input.contains("\"model\"")
                ? input
                : input.replaceFirst("\\{", "{\"model\": \"test-model\"" + (input.equals("{}") ? "" : ", "));
        Answer answer = world.team.asOwner().post("""
                {"query": "query ($slug: String!, $input: SimilarInput!) { organization(slug: $slug) { similar(input: $input) { returned } } }",
                 "variables": {"slug": "%s", "input": %s}}""".formatted(world.team.slug(), question));
        assertThat(answer.code()).as(answer.text()).isEqualTo("BAD_USER_INPUT");
        assertThat(answer.argument()).isEqualTo(argument);
    }

    @Test
    void an_assistant_finds_what_was_said_before_in_one_operation() {
        Fixtures.Team team = fixtures.team();
        String log = "mutation ($input: LogAiContextInput!) { logAiContext(input: $input) { log { id } } }";
        var member = team.as("MEMBER");
        List<String> logs = Stream.of(
                        "The customer asks for the opening hours on holidays",
                        "Somebody wants to know how to return shoes that do not fit",
                        "A question about invoices and value added tax")
                .map(summary -> member.ask(
                                log,
                                Map.of(
                                        "input",
                                        Map.of(
                                                "organization",
                                                team.id(),
                                                "sourceType",
                                                "chat",
                                                "contextSummary",
                                                summary,
                                                "aiResponse",
                                                "An answer.")))
                        .succeeded()
                        .text("logAiContext.log.id"))
                .toList();

        Answer answer = team.as("VIEWER")
                .ask(
                        "query ($slug: String!, $input: SimilarInput!) { organization(slug: $slug) { similar(input: $input) { matches { snippet entity { ... on AiContextLog { id contextSummary aiResponse } } } } } }",
                        Map.of(
                                "slug",
                                team.slug(),
                                "input",
                                Map.of(
                                        "text",
                                        "When are you open on a holiday? What opening hours?",
                                        "first",
                                        1,
                                        "entityTypes",
                                        List.of("AI_CONTEXT"))))
                .succeeded();

        assertThat(answer.text("organization.similar.matches.0.entity.id")).isEqualTo(logs.getFirst());
        assertThat(answer.text("organization.similar.matches.0.entity.aiResponse"))
                .isEqualTo("An answer.");
        assertThat(answer.text("organization.similar.matches.0.snippet")).startsWith("The customer asks");
    }

    @Test
    void posts_are_answered_together() {
        VectorWorld world = world(8, 0);
        List<String> posts = IntStream.range(0, 5)
                .mapToObj(i -> world.team.post("Post " + i))
                .toList();
        posts.subList(0, 4)
                .forEach(post -> world.add("POST", GlobalId.decode("id", post).uuid(), 0, null, Map.of()));
        world.store();
        superuser.execute(
                "update embedding_settings set model = ? where organization_id = ?",
                VectorWorld.MODEL,
                world.organization);

        Answer answer = world.team
                .asOwner()
                .ask(
                        "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Post { similar(first: 3) { returned hasMore model matches { score entity { id } } } } } }",
                        Map.of("ids", posts))
                .succeeded();

        for (int i = 0; i < 4; i++) {
            VectorWorld.Row source = world.rows.get(i);
            List<String> expected =
                    world.nearest(source.vector(), row -> !row.entity().equals(source.entity())).stream()
                            .map(hit -> GlobalId.encode("Post", hit.entity()))
                            .toList();
            Set<String> found = new HashSet<>();
            for (int match = 0; match < 3; match++) {
                found.add(answer.text("nodes." + i + ".similar.matches." + match + ".entity.id"));
            }
            assertThat(found).isEqualTo(Set.copyOf(expected));
        }
        assertThat(answer.text("nodes.4.similar.returned")).isEqualTo("0");
        assertThat(answer.text("nodes.4.similar.hasMore")).isEqualTo("false");
    }

    private VectorWorld world(int dimensions, int clusters) {
        return new VectorWorld(fixtures, superuser, dimensions, clusters, 42);
    }

    private VectorWorld texts() {
        VectorWorld world = world(6, 0);
        List<String> texts = List.of(
                "How to bake sourdough bread at home",
                "Bread and more bread, from a sourdough that is old",
                "White bread from the shop",
                "A bicycle with a bell",
                "A guitar with six strings");
        IntStream.range(0, texts.size()).forEach(i -> world.add("TEMPLATE", new UUID(7, i), 0, texts.get(i), Map.of()));
        return world.store();
    }

    private static List<UUID> byScore(Map<UUID, Double> scores) {
        return scores.entrySet().stream()
                .sorted(Map.Entry.<UUID, Double>comparingByValue().reversed())
                .map(Map.Entry::getKey)
                .collect(Collectors.toList());
    }
}
