package dev.pulsegraph.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Json;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sample is read by the same rules whatever way it comes, and a bad one harms no other. */
@MicronautTest(transactional = false)
class SampleInputTest {
    private static final String AT = "2026-03-01T00:00:00Z";
    private static final String RECORD =
            "mutation ($input: RecordMetricsInput!) { recordMetrics(input: $input) { written unchanged rejected { index code reason } } }";

    @Inject
    Fixtures fixtures;

    @Inject
    Json json;

    private Fixtures.Team team;
    private String post = "";

    @BeforeEach
    void makeTeam() {
        team = fixtures.team();
        post = team.post("One");
    }

    @Test
    void the_same_bad_sample_has_the_same_code_and_sentence_by_mutation_and_in_bulk() {
        List<Map<String, Object>> samples = List.of(
                sample("unheard_of", "POST", post, "instagram", 1, AT),
                sample("likes", "PLANET", post, "instagram", 1, AT),
                sample("likes", "POST", UUID.randomUUID().toString(), "instagram", 1, AT),
                sample("likes", "USER", UUID.randomUUID().toString(), "instagram", 1, AT),
                sample("likes", "AI_CONTEXT", UUID.randomUUID().toString(), "instagram", 1, AT),
                sample("likes", "POST", post, "insta gram", 1, AT),
                sample("likes", "POST", post, "instagram", -1, AT),
                sample("likes", "POST", post, "instagram", 1e300, AT),
                sample("likes", "POST", post, "instagram", 1, "1999-03-01T00:00:00Z"),
                sample("likes", "POST", post, "instagram", 2, AT));
        StringBuilder lines = new StringBuilder();
        samples.forEach(sample -> lines.append(json.line(sample)).append('\n'));
        List<Map<?, ?>> bulk = rejected(send("application/x-ndjson", lines.toString()));
        assertThat(bulk).hasSize(9);
        List<Map<String, Object>> typed = new ArrayList<>(samples);
        typed.remove(1); // the schema knows the kinds
        Answer answer = team.asOwner()
                .ask(RECORD, Map.of("input", Map.of("organization", team.id(), "samples", typed)))
                .succeeded();
        List<String> mutation = answer.list("recordMetrics.rejected").stream()
                .map(rejection -> ((Map<?, ?>) rejection).get("code") + " " + ((Map<?, ?>) rejection).get("reason"))
                .toList();
        assertThat(mutation).hasSize(8);
        assertThat(bulk.stream()
                        .filter(rejection -> !Integer.valueOf(2).equals(rejection.get("line")))
                        .map(rejection -> rejection.get("code") + " " + rejection.get("reason")))
                .containsExactlyElementsOf(mutation);
        assertThat(mutation.get(3)).isEqualTo("UNKNOWN_ENTITY entity: there is no such AI context.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"\"a\"\":1} x",
                "{} {}",
                "{\"\"a\"\":1e400}",
                "{\"\"a\"\":\"\"\\u0000\"\"}",
                "[1]",
                "{",
                "{\"\"a\"\":01}"
            })
    void metadata_that_is_not_one_object_is_rejected_and_the_rest_goes_in(String metadata) {
        String csv = "metric,entityType,entity,value,recordedAt,metadata\n"
                + "likes,POST," + post + ",1," + AT + ",\n"
                + "likes,POST," + post + ",2,2026-03-02T00:00:00Z,\"" + metadata + "\"\n"
                + "likes,POST," + post + ",3,2026-03-03T00:00:00Z,\"{\"\"b\"\": 0.10}\"\n";
        Answer answer = send("text/csv", csv);
        assertThat(rejected(answer)).singleElement().satisfies(rejection -> {
            assertThat(rejection.get("line")).isEqualTo(3);
            assertThat(rejection.get("code")).isEqualTo("BAD_METADATA");
        });
        assertThat(answer.text()).contains("\"written\":2");
    }

    @Test
    void metadata_of_too_many_levels_is_rejected_by_either_way() {
        String deep = "{\"a\":".repeat(1_100) + "1" + "}".repeat(1_100);
        String line = "{\"metric\": \"likes\", \"entityType\": \"POST\", \"entity\": \"" + post
                + "\", \"value\": 1, \"recordedAt\": \"" + AT + "\", \"metadata\": ";
        assertThat(rejected(send("application/x-ndjson", line + deep + "}\n" + line + "{}}\n")))
                .singleElement()
                .satisfies(rejection -> assertThat(rejection.get("code")).isEqualTo("BAD_METADATA"));
        Answer answer = team.asOwner()
                .posted("{\"query\": \"" + RECORD.replace("\"", "\\\"")
                        + "\", \"variables\": {\"input\": {\"organization\": \"" + team.id() + "\", \"samples\": ["
                        + line + deep + "}, " + line + "{\"b\": 1}}]}}}");
        assertThat(answer.succeeded().text("recordMetrics.rejected.0.code")).isEqualTo("BAD_METADATA");
        assertThat(answer.list("recordMetrics.rejected")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e-50000000",
                "1e-999999999",
                "-1e-999999999",
                "1e999999999",
                "0e999999999",
                "1e99999999999",
                "1e-401"
            })
    void a_number_without_end_is_a_bad_value(String value) {
        String csv = "metric,entityType,entity,value,recordedAt\nlikes,POST," + post + "," + value + "," + AT
                + "\nlikes,POST," + post + ",3,2026-03-03T00:00:00Z\n";
        assertThat(rejected(send("text/csv", csv)))
                .singleElement()
                .satisfies(rejection -> assertThat(rejection.get("code")).isEqualTo("BAD_VALUE"));
    }

    @Test
    void blanks_around_names_and_the_case_of_platforms_do_not_count() {
        String csv = "metric , entityType, entity,platform,value,recordedAt\n likes, POST, " + post
                + " , Instagram , 7 , " + AT + " \n";
        assertThat(rejected(send("text/csv", csv))).isEmpty();
        String range = "range: { from: \"2026-02-01T00:00:00Z\", to: \"2026-04-01T00:00:00Z\" }";
        Answer answer = team.asOwner()
                .ask("{ organization(slug: \"" + team.slug() + "\") {"
                        + " posts(filter: { platforms: [\" Instagram\"] }) { nodes { title } }"
                        + " topPosts(metric: \" likes\", platform: \"INSTAGRAM \", " + range + ") { value }"
                        + " metrics(query: { metrics: [\"likes \"], granularity: TOTAL, platforms: [\"InstaGram\"], "
                        + range
                        + " }) { series { total } } } }");
        assertThat(answer.succeeded().list("organization.posts.nodes")).hasSize(1);
        assertThat(Objects.requireNonNull((Number) answer.at("organization.topPosts.0.value"))
                        .doubleValue())
                .isEqualTo(7);
        assertThat(Objects.requireNonNull((Number) answer.at("organization.metrics.series.0.total"))
                        .doubleValue())
                .isEqualTo(7);
        assertThat(team.asOwner()
                        .ask("mutation { deleteMetrics(input: { organization: \"" + team.id()
                                + "\", entityType: POST, entity: \"" + post
                                + "\", platforms: [\"INSTAGRAM\"] }) { deleted } }")
                        .succeeded()
                        .at("deleteMetrics.deleted"))
                .isEqualTo(1);
    }

    private static Map<String, Object> sample(
            String metric, String type, String entity, String platform, double value, String at) {
        return new TreeMap<>(Map.of(
                "metric",
                metric,
                "entityType",
                type,
                "entity",
                entity,
                "platform",
                platform,
                "value",
                value,
                "recordedAt",
                at));
    }

    private Answer send(String type, String body) {
        return team.api()
                .send(team.asOwner()
                        .request("/v1/metrics?organization=" + team.slug())
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofString(body))
                        .build());
    }

    private List<Map<?, ?>> rejected(Answer answer) {
        List<Map<?, ?>> rejected = new ArrayList<>();
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text()).contains("\"done\":true");
        for (String line : answer.text().split("\n")) {
            if (json.read(line) instanceof Map<?, ?> told && told.get("rejected") instanceof List<?> list) {
                list.forEach(one -> rejected.add((Map<?, ?>) one));
            }
        }
        return rejected;
    }
}
