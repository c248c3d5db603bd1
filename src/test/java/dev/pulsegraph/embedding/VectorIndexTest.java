package dev.pulsegraph.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.DatabaseBootstrap;
import dev.pulsegraph.database.Migrations;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.VectorWorld;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;

/** Searches by index, where the database has pgvector. */
@MicronautTest(transactional = false)
@Property(name = "pulsegraph.embedding.recall-sample", value = "1")
// Others may work on the machine meanwhile.
@Property(name = "pulsegraph.embedding.recall-max-load", value = "1.1")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf(
        value = "dev.pulsegraph.support.TestServer#hasVector",
        disabledReason = "the database of these tests has no pgvector")
class VectorIndexTest {
    private static final int DIMENSIONS = 48;
    private static final int MANY = 12_000;
    private static final int FEW = 12;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Inject
    DatabaseBootstrap database;

    @Inject
    VectorIndexes indexes;

    @Inject
    MeterRegistry meters;

    private VectorWorld large;
    private VectorWorld small;
    private String index = "";

    @BeforeAll
    void fill() {
        large = new VectorWorld(fixtures, superuser, DIMENSIONS, 40, 1)
                .addAccounts(MANY)
                .store();
        small = new VectorWorld(fixtures, superuser, DIMENSIONS, 40, 1)
                .addAccounts(FEW)
                .store();
        index = "embeddings_space_"
                + superuser.text("select space_id from embedding_models where organization_id = ?", large.organization)
                + "_idx";
        assertThat(superuser.text("select to_regclass(?) is null", "public." + index))
                .isEqualTo("t");
        assertThat(strategy(large.similar(Map.of("vector", large.vector())))).isEqualTo("EXACT");
        Migrations owner = database.asOwner().orElseThrow();
        assertThat(owner.finish(List.of(indexes))).anyMatch(done -> done.contains(DIMENSIONS + " dimensions"));
        assertThat(owner.finish(List.of(indexes))).isEmpty();
        superuser.execute("vacuum analyze embeddings");
    }

    @Test
    void many_vectors_are_searched_by_index_and_hardly_anything_is_missed() {
        long scans = scans();
        int found = 0;
        for (int i = 0; i < 60; i++) {
            List<Double> query = large.vector();
            Answer answer = large.similar(Map.of("vector", query, "first", 10)).succeeded();
            assertThat(strategy(answer)).isEqualTo("HNSW");
            Set<UUID> nearest = new HashSet<>(large.nearest(query, row -> true).stream()
                    .limit(10)
                    .map(VectorWorld.Hit::entity)
                    .toList());
            found += (int) VectorWorld.entities(answer).stream()
                    .filter(nearest::contains)
                    .count();
            assertThat(VectorWorld.numbers(answer, "score")).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        }
        assertThat(found / 600.0).as("recall at 10").isGreaterThanOrEqualTo(0.95);
        assertThat(eventually(() -> scans() > scans)).isTrue();
    }

    @Test
    void a_tenant_with_a_thousandth_of_the_vectors_gets_its_own_and_all_of_them() {
        List<Double> query = small.vector();
        Answer answer = small.similar(Map.of("vector", query, "first", 10)).succeeded();
        assertThat(strategy(answer)).isEqualTo("EXACT");
        assertThat(VectorWorld.entities(answer))
                .isEqualTo(small.nearest(query, row -> true).stream()
                        .limit(10)
                        .map(VectorWorld.Hit::entity)
                        .toList());
        String forced = superuser.text("""
                select jsonb_array_length(s.matches)
                from embedding_models m
                cross join lateral (select e.vector_data from embeddings e where e.organization_id = m.organization_id limit 1) q
                cross join lateral app.similar(m.organization_id, m.space_id, q.vector_data, '{"mode": "vector", "first": 10}') s
                where m.organization_id = ?""", small.organization);
        assertThat(forced).isEqualTo("10");
    }

    @Test
    void the_planner_takes_the_index_where_there_are_many_and_compares_all_where_there_are_few() {
        assertThat(plans(large))
                .as("plans of a large organization")
                .contains("Index Scan using " + index + " on embeddings");
        assertThat(plans(small))
                .as("plans of a small organization")
                .contains("Scan")
                .contains(" on embeddings")
                .doesNotContain(index)
                .doesNotContain("Seq Scan on embeddings");
    }

    @Test
    void a_filter_that_lets_hardly_anything_through_loses_nothing() {
        for (int number : List.of(0, 17, 5_000, MANY - 1)) {
            Answer answer = large.similar(
                            Map.of("vector", large.vector(), "first", 5, "metadata", Map.of("number", number)))
                    .succeeded();
            assertThat(VectorWorld.entities(answer))
                    .containsExactly(new UUID(large.organization.getLeastSignificantBits(), number));
            assertThat(answer.text("organization.similar.hasMore")).isEqualTo("false");
        }
    }

    @Test
    void an_entity_is_looked_up_by_index_too_and_is_not_in_the_answer() {
        UUID source = large.rows.get(77).entity();
        Answer answer = large.similar(Map.of("entity", source.toString(), "entityType", "ACCOUNT", "first", 20))
                .succeeded();
        assertThat(strategy(answer)).isEqualTo("HNSW");
        assertThat(VectorWorld.entities(answer)).hasSize(20).doesNotContain(source);
    }

    @Test
    void recall_is_measured_beside_the_exact_answer() {
        large.similar(Map.of("vector", large.vector(), "first", 10)).succeeded();
        DistributionSummary recall =
                meters.get("pulsegraph.embedding.recall.at.k").summary();
        assertThat(eventually(() -> recall.count() > 0)).isTrue();
        assertThat(recall.mean()).isBetween(0.5, 1.0);
    }

    /** As after a restore into a database without it, and when an administrator installs it later. */
    @Test
    void the_extension_may_go_and_come_back() {
        List<Double> query = large.vector();
        Map<String, ?> question = Map.of("vector", query, "first", 10);
        Migrations owner = database.asOwner().orElseThrow();
        try {
            superuser.execute("drop extension vector cascade");
            Answer answer = large.similar(question).succeeded();
            assertThat(strategy(answer)).isEqualTo("EXACT");
            assertThat(VectorWorld.entities(answer))
                    .isEqualTo(large.nearest(query, row -> true).stream()
                            .limit(10)
                            .map(VectorWorld.Hit::entity)
                            .toList());
            // This owner may not install it, which is no reason to fail.
            assertThat(owner.finish(List.of(indexes))).isEmpty();
        } finally {
            superuser.execute("create extension vector");
        }
        assertThat(strategy(large.similar(question).succeeded())).isEqualTo("EXACT");
        assertThat(owner.finish(List.of(indexes))).anyMatch(done -> done.contains(DIMENSIONS + " dimensions"));
        assertThat(strategy(large.similar(question).succeeded())).isEqualTo("HNSW");
    }

    /** Of all statements that a search by a member runs, as EXPLAIN writes them. */
    private String plans(VectorWorld world) {
        try (Connection connection = superuser.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("load 'auto_explain'; set auto_explain.log_min_duration = 0;"
                    + " set auto_explain.log_nested_statements = on; set client_min_messages = log;"
                    + " select set_config('app.user_id', user_id::text, true) from organization_members"
                    + " where organization_id = '" + world.organization + "' limit 1; set local role pulsegraph_api");
            String query = world.vector().stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
            statement.clearWarnings();
            statement.execute("select s.strategy from embedding_models m, app.similar(m.organization_id, m.space_id, '"
                    + query + "', '{\"mode\": \"vector\", \"first\": 10}') s where m.organization_id = '"
                    + world.organization + "'");
            StringBuilder plans = new StringBuilder();
            for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
                plans.append(warning.getMessage()).append('\n');
            }
            return plans.toString();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private long scans() {
        return superuser.number(
                "select coalesce(max(idx_scan), 0) from pg_stat_user_indexes where indexrelname = ?", index);
    }

    private static String strategy(Answer answer) {
        return answer.text("organization.similar.strategy");
    }

    private static boolean eventually(BooleanSupplier condition) {
        Instant end = Instant.now().plus(Duration.ofSeconds(60));
        while (!condition.getAsBoolean() && Instant.now().isBefore(end)) {
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        return condition.getAsBoolean();
    }
}
