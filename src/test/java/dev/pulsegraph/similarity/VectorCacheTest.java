package dev.pulsegraph.similarity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.DatabaseSettings;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.demo.Demo;
import dev.pulsegraph.embedding.model.Vectors;
import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.request.Json;
import dev.pulsegraph.security.Credentials;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.VectorWorld;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered from memory, beside what the database answers in the same snapshot: every id, score and order of it. */
@MicronautTest(transactional = false)
@DisabledIf(
        value = "dev.pulsegraph.support.TestServer#hasVector",
        disabledReason = "the database of these tests has pgvector")
class VectorCacheTest {
    private static final int VECTORS = 600;
    private static final int DIMENSIONS = 5;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Inject
    OperationTransaction transaction;

    @Inject
    SimilarRepository similar;

    @Inject
    VectorRepository vectors;

    @Inject
    QueryVectors queryVectors;

    @Inject
    RecallMonitor monitor;

    @Inject
    DatabaseSettings database;

    @Inject
    Json json;

    @ParameterizedTest(name = "{0} dimensions")
    @ValueSource(ints = {1, 127, 128, 129, 384, 1_536})
    void every_number_of_dimensions_has_the_same_scores_to_the_last_bit(int dimensions) {
        var world = world(dimensions, dimensions).addAccounts(VECTORS).store();
        Memory memory = memory(1 << 26).load(world);

        for (int i = 0; i < 3; i++) {
            memory.requireSame(world, like(world.vector(), 50, Map.of()));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void whatever_is_written_is_answered_as_the_snapshot_of_the_query_shows_it(long seed) throws SQLException {
        var random = new Random(seed);
        var world = new VectorWorld(fixtures, superuser, DIMENSIONS, 3, seed);
        List<String> posts = world.team.posts(100);
        posts.forEach(post -> world.add(
                "POST", GlobalId.decode("id", post).uuid(), 0, "A text", Map.of("tenth", random.nextInt(10))));
        for (int i = 0; i < VECTORS; i++) {
            world.add("CHAT", new UUID(seed, i / 3), i % 3, null, Map.of("tenth", random.nextInt(10)));
        }
        world.store();
        Memory memory = memory(1 << 26).load(world);

        try (Connection first = superuser.connect();
                Connection second = superuser.connect()) {
            first.setAutoCommit(false);
            second.setAutoCommit(false);
            for (int round = 0; round < 60; round++) {
                int turn = random.nextInt(2);
                Connection writer = turn == 0 ? first : second;
                write(world, writer, turn, random);
                if (random.nextInt(3) == 0) {
                    writer.commit();
                } else if (random.nextInt(6) == 0) {
                    writer.rollback();
                }
                if (random.nextInt(5) == 0) {
                    superuser.execute(
                            "delete from posts_core where organization_id = ? and id in (select entity_id from embeddings where "
                                    + some(world, 2) + " and entity_type = 'post')",
                            world.organization);
                }
                assertThat(memory.requireSame(world, question(world, random))).isTrue();
            }
            first.commit();
            second.commit();
        }
        assertThat(memory.requireSame(world, question(world, random))).isTrue();
    }

    /** Some rows of one of three writers, none of whom so waits for another. */
    private static String some(VectorWorld world, int writer) {
        return "organization_id = '%s' and abs(hashtext(entity_id::text)) %% 3 = %d and random() < 0.03"
                .formatted(world.organization, writer);
    }

    private static void write(VectorWorld world, Connection writer, int turn, Random random) throws SQLException {
        String some = some(world, turn);
        String vector = vector(world);
        String sql = switch (random.nextInt(5)) {
            case 0 -> "update embeddings set vector_data = '" + vector + "' where " + some;
            case 1 -> "update embeddings set metadata = '{\"tenth\": 3}' where " + some;
            case 2 -> "delete from embeddings where " + some;
            case 3 -> "update embeddings set vector_data = null where content is not null and " + some;
            default -> """
                            insert into embeddings (organization_id, id, entity_type, entity_id, source_field, space_id, vector_data, metadata)
                            select organization_id, gen_random_uuid(), 'account', gen_random_uuid(), 'bio', space_id, '%s', '{"tenth": 3}'
                            from embedding_models, generate_series(1, %d) where organization_id = '%s' and name = '%s'""".formatted(vector, 1 + random.nextInt(30), world.organization, VectorWorld.MODEL);
        };
        try (var statement = writer.createStatement()) {
            statement.execute(sql);
        }
    }

    private static SimilarQuery question(VectorWorld world, Random random) {
        Map<String, Object> options = new HashMap<>();
        if (random.nextBoolean()) {
            options.put("types", List.of(random.nextBoolean() ? "chat" : "post"));
        }
        if (random.nextInt(3) == 0) {
            options.put("metadata", Map.of("tenth", 3));
        }
        if (random.nextInt(3) == 0) {
            options.put(
                    "source",
                    new EntityKey(
                            EntityType.CHAT,
                            world.rows.get(random.nextInt(100, VECTORS)).entity()));
        }
        return like(world.vector(), 1 + random.nextInt(30), options);
    }

    @Test
    void posts_of_a_page_and_fused_ranks_of_some_posts_are_answered_the_same() {
        var world = world(DIMENSIONS, 1);
        List<UUID> posts = world.team.posts(20).stream()
                .map(post -> GlobalId.decode("id", post).uuid())
                .toList();
        for (int i = 0; i < 60; i++) {
            world.add("POST", posts.get(i % 20), i / 20, i % 2 == 0 ? "odd words" : "even words", Map.of());
        }
        world.addAccounts(VECTORS).store();
        superuser.execute(
                "update embedding_settings set model = ? where organization_id = ?",
                VectorWorld.MODEL,
                world.organization);
        superuser.execute(
                "update posts_core set published_at = now() - interval '1 day' where organization_id = ? and id = any (?::uuid[])",
                world.organization,
                "{" + posts.get(0) + "," + posts.get(1) + "," + posts.get(2) + "}");
        SimilarLoader here = loader(memory(1 << 26).load(world));
        SimilarLoader there = loader(memory(0));
        Set<SimilarLoader.PostKey> keys = posts.stream()
                .map(post -> new SimilarLoader.PostKey(
                        world.organization, post, new SimilarLoader.PostQuery(5, -0.5, List.of("post", "account"))))
                .collect(Collectors.toSet());
        SimilarQuery vector = like(world.vector(), 10, Map.of());
        var fused = new SimilarQuery(
                null,
                vector.vector(),
                DIMENSIONS,
                "even",
                null,
                SimilarMode.HYBRID,
                3,
                null,
                null,
                null,
                Instant.EPOCH,
                null,
                null,
                SimilarQuery.Fusion.PUBLISHED,
                null);

        transaction.read(owner(world), caller -> {
            assertThat(here.postResults(keys)).hasSize(20).isEqualTo(there.postResults(keys));
            SimilarResult result = result(here, world, fused);
            assertThat(result.matches()).hasSizeBetween(1, 3);
            assertThat(result).isEqualTo(result(there, world, fused));
            return caller;
        });
    }

    private SimilarLoader loader(Memory memory) {
        return new SimilarLoader(similar, memory.nearest, queryVectors, monitor, json);
    }

    private static SimilarResult result(SimilarLoader loader, VectorWorld world, SimilarQuery query) {
        return Objects.requireNonNull(
                        loader.answers(List.of(world.organization), query).get(world.organization))
                .get();
    }

    @Test
    void an_older_snapshot_is_answered_by_the_database() {
        var world = world(DIMENSIONS, 1).addAccounts(VECTORS).store();
        Memory memory = memory(1 << 26).load(world);
        SimilarQuery query = like(world.vector(), 10, Map.of());

        transaction.read(owner(world), caller -> {
            together(() -> {
                superuser.execute(
                        "update embeddings set vector_data = ?::real[] where organization_id = ? and random() < 0.1",
                        vector(world),
                        world.organization);
                assertThat(memory.requireSame(world, query)).isTrue();
            });
            assertThat(memory.answer(world, query)).isFalse();
            return caller;
        });
        assertThat(memory.requireSame(world, query)).isTrue();
    }

    @Test
    void a_mutation_whose_statements_see_more_and_more_is_answered_by_the_database() {
        var world = world(DIMENSIONS, 1).addAccounts(VECTORS).store();
        Memory memory = memory(1 << 26).load(world);
        SimilarQuery query = like(world.vector(), 10, Map.of());

        boolean here = transaction.write(owner(world), caller -> memory.answer(world, query), any -> true);
        assertThat(here).isFalse();
    }

    @Test
    void when_much_changed_the_database_answers_until_all_is_read_again() {
        var world = world(DIMENSIONS, 1).addAccounts(40_000).store();
        Memory memory = memory(1 << 26).load(world);
        superuser.execute(
                "update embeddings set vector_data = ?::real[] where organization_id = ?",
                vector(world),
                world.organization);

        assertThat(memory.requireSame(world, like(world.vector(), 3, Map.of()))).isFalse();
        assertThat(memory.cache.bytes()).isZero();
    }

    @Test
    void a_stranger_is_told_nothing_even_of_what_is_held() {
        var world = world(DIMENSIONS, 1).addAccounts(VECTORS).store();
        Memory memory = memory(1 << 26).load(world);
        var stranger = new Credentials.Token(UUID.randomUUID(), "stranger", "stranger@elsewhere.example", false);
        SimilarQuery query = like(world.vector(), 10, Map.of());

        NearestInMemory.Search search = transaction.read(owner(world), caller -> memory.search(world, query));
        assertThat(search.held()).isNotNull();
        transaction.read(stranger, caller -> {
            assertThat(memory.nearest
                            .listSpaces(List.of(world.organization), VectorWorld.MODEL, true)
                            .list())
                    .isEmpty();
            assertThat(memory.nearest
                            .search(List.of(search), query.vector())
                            .getFirst()
                            .matches())
                    .isEqualTo("[]");
            return caller;
        });
    }

    @Test
    void what_was_used_least_recently_makes_room_and_what_is_too_much_stays_in_the_database() {
        long bytes = VECTORS * CachedVectors.bytesOf(DIMENSIONS);
        Memory memory = memory(bytes * 5 / 2);
        VectorWorld first = world(DIMENSIONS, 1).addAccounts(VECTORS).store();
        VectorWorld second = world(DIMENSIONS, 2).addAccounts(VECTORS).store();
        VectorWorld third = world(DIMENSIONS, 3).addAccounts(VECTORS).store();
        VectorWorld large = world(DIMENSIONS, 4).addAccounts(VECTORS * 3).store();
        VectorWorld small = world(DIMENSIONS, 5).addAccounts(VECTORS / 2).store();
        SimilarQuery query = like(first.vector(), 10, Map.of());

        memory.load(first).load(second);
        assertThat(memory.requireSame(first, query)).isTrue();
        memory.load(third);
        assertThat(memory.cache.bytes()).isEqualTo(2 * bytes);
        assertThat(memory.requireSame(first, query)).isTrue();
        assertThat(memory.requireSame(second, query)).isFalse();

        for (int i = 0; i < 10; i++) {
            assertThat(memory.requireSame(large, query)).isFalse();
            assertThat(memory.requireSame(small, query)).isFalse();
            assertThat(memory.cache.bytes()).isEqualTo(2 * bytes);
            sleep();
        }
    }

    @Test
    void what_grows_beyond_the_bound_goes_back_to_the_database() {
        var world = world(DIMENSIONS, 1).addAccounts(VECTORS).store();
        Memory memory = memory(VECTORS * CachedVectors.bytesOf(DIMENSIONS) + 1).load(world);
        world.rows.clear();
        world.add("CHAT", UUID.randomUUID(), 0, null, Map.of()).store();

        memory.requireSame(world, like(world.vector(), 10, Map.of()));
        assertThat(memory.cache.bytes()).isZero();
    }

    @Test
    void records_of_changes_go_some_hours_after_they_were_seen() {
        var world = world(DIMENSIONS, 1).addAccounts(3).store();
        String changes = "select count(*) from embedding_changes where organization_id = ?";
        assertThat(superuser.number(changes, world.organization)).isPositive();

        transaction.asWorker(Duration.ofSeconds(10), vectors::prune);
        assertThat(superuser.number(changes, world.organization)).isPositive();
        superuser.execute(
                "update embedding_changes set seen_at = now() - interval '5 hours' where organization_id = ?",
                world.organization);
        transaction.asWorker(Duration.ofSeconds(10), vectors::prune);
        assertThat(superuser.number(changes, world.organization)).isZero();
    }

    private VectorWorld world(int dimensions, long seed) {
        return new VectorWorld(fixtures, superuser, dimensions, 0, seed);
    }

    private Memory memory(long bytes) {
        return new Memory(bytes);
    }

    private static String vector(VectorWorld world) {
        return Vectors.toText(Vectors.unit(
                world.vector().stream().mapToDouble(Double::doubleValue).toArray()));
    }

    @SuppressWarnings("unchecked")
    private static SimilarQuery like(List<Double> vector, int first, Map<String, ?> options) {
        EntityKey source = (EntityKey) options.get("source");
        return new SimilarQuery(
                source,
                source != null
                        ? null
                        : Vectors.toText(Vectors.unit(
                                vector.stream().mapToDouble(Double::doubleValue).toArray())),
                vector.size(),
                null,
                VectorWorld.MODEL,
                SimilarMode.VECTOR,
                first,
                null,
                (List<String>) options.get("types"),
                null,
                null,
                null,
                (Map<String, Object>) options.get("metadata"),
                SimilarQuery.Fusion.PUBLISHED,
                null);
    }

    private static Credentials.Token owner(VectorWorld world) {
        return new Credentials.Token(Demo.idOf(world.team.owner()), "owner", world.team.owner(), false);
    }

    private static void sleep() {
        try {
            Thread.sleep(Duration.ofMillis(50));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void together(Runnable work) {
        CompletableFuture.runAsync(work).join();
    }

    /** A cache of its own, as of another node. */
    private final class Memory {
        private final VectorCache cache;
        private final NearestInMemory nearest;

        Memory(long bytes) {
            cache = new VectorCache(
                    vectors, transaction, new SearchSettings(100, 0.5, bytes), new SimpleMeterRegistry());
            nearest = new NearestInMemory(similar, vectors, cache, database, json);
        }

        Memory load(VectorWorld world) {
            long before = cache.bytes();
            SimilarQuery query = like(world.vector(), 1, Map.of());
            for (int i = 0; i < 100 && !requireSame(world, query); i++) {
                sleep();
            }
            assertThat(requireSame(world, query)).isTrue();
            assertThat(cache.bytes()).isPositive().isGreaterThanOrEqualTo(before);
            return this;
        }

        NearestInMemory.Search search(VectorWorld world, SimilarQuery query) {
            NearestInMemory.Spaces spaces = nearest.listSpaces(List.of(world.organization), VectorWorld.MODEL, true);
            return spaces.search(world.organization, spaces.list().getFirst(), query);
        }

        /** Whether memory answers a query in a transaction of its own; fails unless all of it is as in SQL. */
        boolean requireSame(VectorWorld world, SimilarQuery query) {
            return transaction.read(owner(world), caller -> answer(world, query));
        }

        boolean answer(VectorWorld world, SimilarQuery query) {
            NearestInMemory.Search search = search(world, query);
            List<UUID> key = List.of(world.organization);
            List<SimilarRepository.Answer> expected = similar.search(
                    key, key, List.of(search.space()), query.vector(), List.of(json.text(query.options())));
            assertThat(nearest.search(List.of(search), query.vector())).isEqualTo(expected);
            return search.held() != null;
        }
    }
}
