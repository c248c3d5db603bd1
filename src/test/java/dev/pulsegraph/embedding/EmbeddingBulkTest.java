package dev.pulsegraph.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Json;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.Worlds;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Embeddings in bulk: a bad line says what is wrong with it and harms no other. */
@MicronautTest(transactional = false)
class EmbeddingBulkTest {
    private static final String NDJSON = "application/x-ndjson";

    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Json json;

    @Inject
    Superuser superuser;

    private Fixtures.Team team;
    private String post = "";

    @BeforeEach
    void makeTeam() {
        team = fixtures.team();
        post = team.post("One");
        superuser.forgetEmbeddings(organization());
    }

    @Test
    void bad_lines_do_not_harm_good_ones() {
        List<String> bad = List.of(
                "\"vector\": [1, NaN]",
                "\"vector\": [1, Infinity]",
                "\"vector\": [1, 1e400]",
                "\"vector\": [1, -1e400]",
                "\"vector\": [1, \"NaN\"]",
                "\"vector\": [1, null]",
                "\"vector\": [[1, 2]]",
                "\"vector\": {}",
                "\"vector\": 1",
                "\"vector\": []",
                "\"vector\": [0, 0]",
                "\"vector\": [1, 2, 3]",
                "\"vector\": [1, 2], \"chunkIndex\": 1.5",
                "\"vector\": [1, 2], \"colour\": 1",
                "\"vector\": [1, 2], \"text\": 1",
                "\"vector\": [1, 2], \"metadata\": {\"a\": 1e400}",
                "\"text\": \"a\\u0000b\"",
                "\"text\": \"a\\ud800b\"",
                "\"text\": \"by a model nobody runs\"",
                "\"chunkIndex\": 0");
        String lines = IntStream.range(0, bad.size())
                .mapToObj(i -> line("\"vector\": [1, " + (i + 1) + "], \"chunkIndex\": " + (i + 2)) + line(bad.get(i)))
                .collect(Collectors.joining());
        List<Map<?, ?>> told = told(send(NDJSON, lines));
        assertThat(told.getLast().get("written")).isEqualTo(bad.size());
        assertThat(told.getLast().get("rejected")).isEqualTo(bad.size());
        List<Map<?, ?>> rejected = rejected(told);
        List<String> expected = List.of(
                "no key twice",
                "no key twice",
                "at place 1 is not a finite number",
                "at place 1 is not a finite number",
                "vector: `NaN` at place 1",
                "vector: `null` at place 1",
                "at place 0",
                "is not a list of numbers",
                "is not a list of numbers",
                "0 numbers are not 1 to 16000",
                "all of its numbers are 0",
                "3 numbers, where vectors of \\\"acme\\\" have 2",
                "chunkIndex: `1.5`",
                "`colour` is unknown",
                "text: a string is needed",
                "metadata: it holds a number that is too large",
                "text: it holds a character",
                "text: it holds a character",
                "this server cannot embed with `acme`",
                "a vector, a text or both");
        for (int i = 0; i < expected.size(); i++) {
            assertThat(rejected.get(i).get("line")).isEqualTo(2 * i + 2);
            assertThat(String.valueOf(rejected.get(i).get("reason")))
                    .as(bad.get(i))
                    .contains(expected.get(i).replace("\\", ""));
        }
        assertThat(told(send(NDJSON, lines)).getLast().get("unchanged")).isEqualTo(bad.size());
    }

    @Test
    void a_line_holds_16000_numbers_and_no_more() {
        String written = "-1.2345678901234567e-05, ";
        assertThat(told(send(NDJSON, line("\"vector\": [" + written.repeat(15_999) + "1]")))
                        .getLast()
                        .get("written"))
                .isEqualTo(1);
        assertThat(superuser.number(
                        "select cardinality(vector_data) from embeddings where organization_id = ?", organization()))
                .isEqualTo(16_000);
        assertThat(reason(send(NDJSON, line("\"vector\": [" + "1,".repeat(16_000) + "1]"))))
                .contains("16001 numbers are not 1 to 16000");
        assertThat(reason(send(NDJSON, line("\"vector\": [" + written.repeat(30_000) + "1]"))))
                .contains("longer than 512 KB");
    }

    @Test
    void long_lines_are_written_a_megabyte_at_a_time() {
        String numbers = "-1.2345678901234567e-05, ".repeat(15_999) + "1]";
        String lines = IntStream.range(0, 7)
                .mapToObj(i -> line("\"chunkIndex\": " + i + ", \"vector\": [" + numbers))
                .collect(Collectors.joining());
        List<Map<?, ?>> told = told(send(NDJSON, lines));
        assertThat(told.stream()
                        .map(line -> String.valueOf(line.get("lastLine")))
                        .toList())
                .containsExactly("3", "6", "7", "null");
        assertThat(told.getLast().get("written")).isEqualTo(7);
    }

    @Test
    void csv_has_vectors_and_metadata_as_json() {
        String csv = "entityType,entity,sourceField,chunkIndex,model,vector,text,metadata\n"
                + "POST," + post + ",content,0,acme,\"[3, 4]\",\"One, and more\",\"{\"\"language\"\": \"\"en\"\"}\"\n"
                + "post," + post + ",content,1,,,Only a text,\n"
                + "POST," + post + ",content,2,acme,nonsense,,\n";
        List<Map<?, ?>> told = told(send("text/csv", csv));
        assertThat(told.getLast().get("written")).isEqualTo(2);
        assertThat(reason(send("text/csv", csv))).contains("`nonsense` is not a list of numbers, such as [0.1, 0.2]");
        assertThat(superuser.texts(
                        "select concat_ws(' ', content, cardinality(vector_data), metadata) from embeddings where organization_id = ? order by chunk_index",
                        organization()))
                .containsExactly("One, and more 2 {\"language\": \"en\"}", "Only a text 384 {}");
    }

    @Test
    void who_may_not_write_is_403() {
        String line = line("\"vector\": [1, 2]");
        for (String role : List.of("VIEWER", "MEMBER")) {
            Answer answer = send(team.as(role), NDJSON, line);
            assertThat(answer.status()).as(role).isEqualTo(403);
            answer.failed("FORBIDDEN");
        }
        assertThat(send(fixtures.team().asOwner(), NDJSON, line).status()).isEqualTo(404);
        assertThat(send(team.as("EDITOR"), NDJSON, line).status()).isEqualTo(200);
    }

    private String line(String fields) {
        return "{\"entityType\": \"POST\", \"entity\": \"" + post
                + "\", \"sourceField\": \"content\", \"model\": \"acme\", " + fields + "}\n";
    }

    private UUID organization() {
        return UUID.fromString(Worlds.uuid(team.id()));
    }

    private String reason(Answer answer) {
        return String.valueOf(rejected(told(answer)).getFirst().get("reason"));
    }

    private static List<Map<?, ?>> rejected(List<Map<?, ?>> told) {
        return told.getFirst().get("rejected") instanceof List<?> list
                ? list.stream().<Map<?, ?>>map(EmbeddingBulkTest::object).toList()
                : List.of();
    }

    private static Map<?, ?> object(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private Answer send(String type, String body) {
        return send(team.asOwner(), type, body);
    }

    private Answer send(Api.As who, String type, String body) {
        return api.send(who.request("/v1/embeddings?organization=" + team.slug())
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    private List<Map<?, ?>> told(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.text()
                .lines()
                .<Map<?, ?>>map(line -> object(json.read(line)))
                .toList();
    }
}
