package dev.pulsegraph.mlfeature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Concurrently;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.Worlds;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Features are what was put last, go with their post, and are told apart by every part of their key. */
@MicronautTest(transactional = false)
class MlFeatureTest {
    private static final String PUT =
            "mutation ($input: UpsertMlFeaturesInput!) { upsertMlFeatures(input: $input) { written unchanged rejected { index code reason } } }";
    private static final String SOMEBODY = "00000000-0000-4000-8000-000000000001";

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Test
    void a_post_takes_its_features_along() {
        var team = fixtures.team();
        String post = team.post("Short-lived");
        put(team, List.of(feature("POST", post), feature("ACCOUNT", Worlds.uuid(post))));
        assertThat(rows(team)).isEqualTo(2);
        team.asOwner()
                .ask("mutation { deletePost(input: { id: \"" + post + "\" }) { deletedId } }")
                .succeeded();
        assertThat(rows(team)).isEqualTo(1);
        assertThat(superuser.text(
                        "select entity_type from ml_features where organization_id = ?",
                        UUID.fromString(Worlds.uuid(team.id()))))
                .isEqualTo("account");
    }

    @Test
    void a_thousand_go_in_at_once_and_again_without_a_change() {
        var team = fixtures.team();
        List<Map<String, Object>> features = IntStream.range(0, 1000)
                .mapToObj(i -> feature("NICHE", new UUID(0x4000, i).toString()))
                .toList();
        assertThat(put(team, features).at("upsertMlFeatures.written")).isEqualTo(1000);
        Answer again = put(team, features);
        assertThat(again.at("upsertMlFeatures.written")).isEqualTo(0);
        assertThat(again.at("upsertMlFeatures.unchanged")).isEqualTo(1000);
        List<Map<String, Object>> tooMany = new ArrayList<>(features);
        tooMany.add(feature("NICHE", SOMEBODY));
        assertThat(ask(team, tooMany).failed("LIMIT_EXCEEDED").argument()).isEqualTo("features");
    }

    @Test
    void what_was_not_dated_is_dated_when_it_changes() {
        var team = fixtures.team();
        Map<String, Object> feature = feature("NICHE", SOMEBODY);
        feature.put("computedAt", "2026-01-01T00:00:00Z");
        put(team, List.of(feature));
        feature.remove("computedAt");
        assertThat(put(team, List.of(feature)).at("upsertMlFeatures.unchanged")).isEqualTo(1);
        assertThat(read(team, "computedAt")).isEqualTo("2026-01-01T00:00:00Z");
        feature.put("values", List.of(2));
        assertThat(put(team, List.of(feature)).at("upsertMlFeatures.written")).isEqualTo(1);
        assertThat(read(team, "computedAt")).isNotEqualTo("2026-01-01T00:00:00Z");
        feature.put("computedAt", "2026-01-02T00:00:00.123456Z");
        assertThat(put(team, List.of(feature)).at("upsertMlFeatures.written")).isEqualTo(1);
        assertThat(read(team, "computedAt")).isEqualTo("2026-01-02T00:00:00.123456Z");
    }

    @Test
    void numbers_come_out_as_they_went_in() {
        var team = fixtures.team();
        List<Double> values = List.of(0.1, -0.3, 1e308, 4.9e-324, 123456789.125, 1.0 / 3, Double.MAX_VALUE, 0.0);
        Map<String, Object> feature = feature("NICHE", SOMEBODY);
        feature.put("values", values);
        put(team, List.of(feature));
        assertThat(team.asOwner().ask(query(team, "values")).succeeded().list("organization.mlFeatures.0.values"))
                .map(value -> ((Number) value).doubleValue())
                .isEqualTo(values);
    }

    /** Each puts the same rows in another order, while posts of them go. */
    @Test
    void those_who_put_the_same_at_once_and_who_delete_do_not_stop_one_another() {
        var team = fixtures.team();
        List<String> posts =
                IntStream.range(0, 12).mapToObj(i -> team.post("p" + i)).toList();
        List<Callable<Answer>> work = new ArrayList<>();
        for (int round = 0; round < 6; round++) {
            List<Map<String, Object>> features = new ArrayList<>();
            for (String post : posts) {
                Map<String, Object> feature = feature("POST", post);
                feature.put("values", List.of(round));
                features.add(feature);
            }
            Collections.rotate(features, round * 5);
            if (round % 2 == 0) {
                Collections.reverse(features);
            }
            work.add(() -> ask(team, features));
        }
        for (String post : posts.subList(0, 4)) {
            work.add(
                    () -> team.asOwner().ask("mutation { deletePost(input: { id: \"" + post + "\" }) { deletedId } }"));
        }
        Concurrently.call(work.stream()).forEach(Answer::succeeded);
        assertThat(rows(team)).isEqualTo(8);
        assertThat(superuser.number(
                        "select count(distinct values) from ml_features where organization_id = ?",
                        UUID.fromString(Worlds.uuid(team.id()))))
                .isEqualTo(1);
    }

    @TestFactory
    Stream<DynamicTest> what_is_wrong_with_one_harms_no_other() {
        var team = fixtures.team();
        return Stream.of(
                rejected(team, "UNKNOWN_ENTITY", "entity", ""),
                rejected(team, "UNKNOWN_ENTITY", "entity", "\u0000"),
                rejected(team, "UNKNOWN_ENTITY", "entity", "\ud83d"),
                rejected(team, "UNKNOWN_ENTITY", "entity", "x".repeat(100_000)),
                rejected(team, "UNKNOWN_ENTITY", "entity", team.id()),
                rejected(team, "BAD_FEATURE_SET", "featureSet", ""),
                rejected(team, "BAD_FEATURE_SET", "featureSet", "x".repeat(101)),
                rejected(team, "BAD_FEATURE_SET", "featureSet", "a b"),
                rejected(team, "BAD_FEATURE_SET", "featureSet", "a\n"),
                rejected(team, "BAD_FEATURE_SET", "featureSet", "a\u0000"),
                rejected(team, "BAD_FEATURE_SET", "featureSet", "\ud83d"),
                rejected(team, "BAD_FEATURE_SET", "featureSet", "ıñ"),
                rejected(team, "BAD_FEATURE_SET", "featureSet", "x'; drop table ml_features; --"),
                rejected(team, "BAD_VERSION", "version", 0),
                rejected(team, "BAD_VERSION", "version", Integer.MIN_VALUE),
                rejected(team, "BAD_VALUES", "values", List.of()),
                rejected(team, "BAD_VALUES", "values", Collections.nCopies(4097, 1)),
                rejected(team, "BAD_TIME", "computedAt", "1999-12-31T23:59:59.999999Z"),
                rejected(team, "BAD_TIME", "computedAt", "0001-01-01T00:00:00Z"),
                rejected(team, "BAD_TIME", "computedAt", "9999-12-31T23:59:59Z"));
    }

    private DynamicTest rejected(Fixtures.Team team, String code, String field, Object value) {
        String shown = value.toString();
        String name =
                field + " " + shown.substring(0, Math.min(20, shown.length())).replace('\u0000', '0');
        return DynamicTest.dynamicTest(name, () -> {
            Map<String, Object> bad = feature("NICHE", SOMEBODY);
            bad.put(field, value);
            Map<String, Object> before = feature("NICHE", UUID.randomUUID().toString());
            Map<String, Object> after = feature("NICHE", UUID.randomUUID().toString());
            Answer answer = put(team, List.of(before, bad, after));
            assertThat(answer.at("upsertMlFeatures.written")).as(answer.text()).isEqualTo(2);
            assertThat(answer.list("upsertMlFeatures.rejected")).hasSize(1);
            assertThat(answer.at("upsertMlFeatures.rejected.0.index")).isEqualTo(1);
            assertThat(answer.text("upsertMlFeatures.rejected.0.code")).isEqualTo(code);
            assertThat(answer.text("upsertMlFeatures.rejected.0.reason"))
                    .startsWith(field + ": ")
                    .hasSizeLessThan(400);
            assertThat(answer.text()).doesNotContain("INTERNAL", "SQL", "org.postgresql");
        });
    }

    @Test
    void the_largest_that_is_allowed_goes_in() {
        var team = fixtures.team();
        Map<String, Object> feature = feature("NICHE", SOMEBODY);
        feature.put("values", Collections.nCopies(4096, 0.5));
        feature.put("featureSet", "x".repeat(100));
        feature.put("version", Integer.MAX_VALUE);
        assertThat(put(team, List.of(feature)).at("upsertMlFeatures.written")).isEqualTo(1);
        assertThat(read(team, "version")).isEqualTo(Integer.toString(Integer.MAX_VALUE));
    }

    private long rows(Fixtures.Team team) {
        return superuser.number(
                "select count(*) from ml_features where organization_id = ?", UUID.fromString(Worlds.uuid(team.id())));
    }

    private static String read(Fixtures.Team team, String field) {
        return team.asOwner().ask(query(team, field)).succeeded().text("organization.mlFeatures.0." + field);
    }

    private static String query(Fixtures.Team team, String field) {
        return "{ organization(slug: \"" + team.slug() + "\") { mlFeatures(entityType: NICHE, entity: \"" + SOMEBODY
                + "\") { " + field + " } } }";
    }

    private static Answer put(Fixtures.Team team, List<Map<String, Object>> features) {
        return ask(team, features).succeeded();
    }

    private static Answer ask(Fixtures.Team team, List<Map<String, Object>> features) {
        return team.asOwner().ask(PUT, Map.of("input", Map.of("organization", team.id(), "features", features)));
    }

    private static Map<String, Object> feature(String entityType, String entity) {
        return new HashMap<>(
                Map.of("entityType", entityType, "entity", entity, "featureSet", "engagement", "values", List.of(1)));
    }
}
