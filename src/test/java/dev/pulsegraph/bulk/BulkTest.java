package dev.pulsegraph.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Json;
import dev.pulsegraph.support.RawHttp;
import dev.pulsegraph.support.Superuser;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Property;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
@Property(name = "test.bulk", value = "true")
class BulkTest {
    private static final String NDJSON = "application/x-ndjson";
    private static final String CSV = "text/csv";

    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Json json;

    @Inject
    Superuser superuser;

    @Inject
    ValuesTarget values;

    @Inject
    PostsTarget posts;

    private Fixtures.Team team;
    private UUID organization;

    @BeforeEach
    void makeTeam() {
        team = fixtures.team();
        organization = UUID.fromString(superuser.text("select id from organizations where slug = ?", team.slug()));
    }

    @Test
    void lines_of_json_are_written_and_told_of() {
        List<Map<String, Object>> told = lines(send(NDJSON, """
                {"key": "a", "value": 1}

                {"key": "b", "value": "two"}
                {"key": "refused"}
                {"key": "a", "value": 1}
                """));
        assertThat(told)
                .isEqualTo(List.of(
                        Map.of(
                                "chunk",
                                1,
                                "firstLine",
                                1,
                                "lastLine",
                                5,
                                "written",
                                2,
                                "unchanged",
                                1,
                                "rejectedCount",
                                1,
                                "rejected",
                                List.of(Map.of("line", 4, "code", "BAD_KEY", "reason", "key: refused."))),
                        Map.of("done", true, "lines", 5, "written", 2, "unchanged", 1, "rejected", 1)));
        assertThat(values.of(organization)).isEqualTo(Map.of("a", "1", "b", "two"));
    }

    @Test
    void csv_may_have_its_columns_in_any_order_quotes_and_line_breaks() {
        List<Map<String, Object>> told = lines(send(CSV, """
                \uFEFFvalue,key\r
                1,a\r
                "two, or ""2""
                in two lines",b
                ,c
                """ + "no last line break,d"));
        assertThat(told.getLast()).isEqualTo(done(6, 4, 0, 0));
        assertThat(values.of(organization))
                .isEqualTo(
                        Map.of("a", "1", "b", "two, or \"2\"\nin two lines", "c", "null", "d", "no last line break"));
    }

    @Test
    void lines_of_csv_may_end_in_any_way() {
        for (String end : List.of("\n", "\r\n", "\r")) {
            String body = String.join(end, "key,value", "a,1", "\"b\",\"x\ry\"", "refused,3", "d,4");
            List<Map<String, Object>> told = lines(send(CSV, body));
            assertThat(told.getLast()).isEqualTo(done(5, end.equals("\n") ? 3 : 0, end.equals("\n") ? 0 : 3, 1));
            assertThat(values.of(organization)).isEqualTo(Map.of("a", "1", "b", "x\ry", "d", "4"));
        }
    }

    @Test
    void no_record_is_lost_where_line_ends_are_mixed() {
        assertThat(lines(send(CSV, "key,value\na,1\rb,2\r\n\rc,3\r")).getLast()).containsEntry("written", 3);
        assertThat(values.of(organization)).containsOnlyKeys("a", "b", "c");
    }

    @Test
    void a_body_without_data_is_told() {
        for (String body : List.of("", "key,value", "key,value\n", "key,value\r\n\r\n")) {
            assertThat(lines(send(CSV, body)).getLast())
                    .as(body)
                    .containsEntry("written", 0)
                    .containsEntry("warning", "There is no line with data.");
        }
    }

    @Test
    void other_names_of_the_types_are_taken() {
        for (String type : List.of("application/ndjson", "application/jsonl; charset=utf-8", "Text/CSV")) {
            String body = type.equals("Text/CSV") ? "key\nx\n" : "{\"key\": \"x\"}\n";
            assertThat(lines(send(type, body)).getLast())
                    .as(type)
                    .containsEntry("lines", type.equals("Text/CSV") ? 2 : 1);
        }
    }

    @Test
    void other_types_and_encodings_are_415_with_those_allowed() {
        for (String type : List.of("application/json", "text/plain", "text/csv; charset=latin1")) {
            Answer answer = send(type, "{}");
            assertThat(answer.status()).as(type).isEqualTo(415);
            assertThat(answer.failed("BAD_USER_INPUT").message()).contains("application/x-ndjson", "text/csv");
        }
        Answer brotli = api.send(team.asOwner()
                .request(address())
                .header("Content-Type", CSV)
                .header("Content-Encoding", "br")
                .POST(BodyPublishers.ofString("x"))
                .build());
        assertThat(brotli.status()).isEqualTo(415);
        assertThat(brotli.message()).contains("gzip");
    }

    @Test
    void bad_lines_do_not_harm_good_ones() {
        byte[] notUtf8 = "{\"key\": \"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
        var body = new ByteArrayOutputStream();
        List<byte[]> bad = List.of(
                bytes("{\"key\": \"twice\", \"key\": \"twice\"}"),
                notUtf8,
                bytes("[]"),
                bytes("{\"key\": \"x\"} {}"),
                bytes("{\"key\": "),
                bytes("{\"key\": \"x\", \"colour\": \"red\"}"),
                bytes("{}"),
                bytes("{\"key\": \"" + "x".repeat(70_000) + "\"}"),
                bytes("[".repeat(60_000)));
        for (int i = 0; i < bad.size(); i++) {
            body.writeBytes(bad.get(i));
            body.writeBytes(bytes("\n{\"key\": \"good " + i + "\"}\n"));
        }
        List<Map<String, Object>> told = lines(send(NDJSON, body.toByteArray(), "identity"));
        assertThat(told.getLast()).isEqualTo(done(18, 9, 0, 9));
        List<?> rejected = told.getFirst().get("rejected") instanceof List<?> list ? list : List.of();
        assertThat(rejected)
                .extracting(reject -> ((Map<?, ?>) reject).get("line"))
                .isEqualTo(List.of(1, 3, 5, 7, 9, 11, 13, 15, 17));
        assertThat(rejected.get(5)).asString().contains("`colour` is unknown", "key, value");
        assertThat(rejected.get(6)).asString().contains("key: is missing.");
        assertThat(rejected.get(7)).asString().contains("64 KB");
        assertThat(values.of(organization)).hasSize(9);
    }

    @Test
    void bad_lines_of_csv_do_not_harm_good_ones() {
        String open = "\"never closed,x\n";
        String body = "key,value\na,1\nb\nc,1,2\nd,\"x\"y\n" + open + "e,5\n" + "f,6\n".repeat(20_000) + "g,7\n" + open;
        List<Map<String, Object>> told = lines(send(CSV, body));
        assertThat(told.getLast()).isEqualTo(done(20_009, 4, 19_999, 5));
        assertThat((List<?>) told.getFirst().get("rejected"))
                .extracting(reject -> ((Map<?, ?>) reject).get("line"))
                .isEqualTo(List.of(3, 4, 5, 6));
        assertThat(values.of(organization)).isEqualTo(Map.of("a", "1", "e", "5", "f", "6", "g", "7"));
    }

    @Test
    void a_header_that_cannot_be_used_is_400() {
        assertThat(refusal(send(CSV, "key,colour\na,1\n"), 400)).contains("`colour`", "key, value");
        assertThat(refusal(send(CSV, "key,key\na,1\n"), 400)).contains("twice");
        assertThat(refusal(send(CSV, "\"key\na,1\n"), 400)).contains("never closed");
    }

    @Test
    void an_empty_body_is_nothing_done() {
        for (String type : List.of(CSV, NDJSON)) {
            assertThat(lines(send(type, "")))
                    .singleElement()
                    .isEqualTo(Map.of(
                            "done",
                            true,
                            "lines",
                            0,
                            "written",
                            0,
                            "unchanged",
                            0,
                            "rejected",
                            0,
                            "warning",
                            "There is no line with data."));
        }
    }

    @Test
    void a_body_may_be_gzip_of_several_parts() {
        var body = new ByteArrayOutputStream();
        body.writeBytes(zipped("{\"key\": \"a\"}\n"));
        body.writeBytes(zipped("{\"key\": \"b\"}\n"));
        assertThat(lines(send(NDJSON, body.toByteArray(), "gzip")).getLast()).isEqualTo(done(2, 2, 0, 0));
    }

    @Test
    void what_is_not_gzip_or_only_half_of_it_is_400() {
        assertThat(refusal(send(NDJSON, bytes("{\"key\": \"a\"}\n"), "gzip"), 400))
                .contains("Content-Encoding");
        byte[] whole = zipped("{\"key\": \"a\"}\n".repeat(10_000));
        byte[] half = java.util.Arrays.copyOf(whole, whole.length / 2);
        assertThat(refusal(send(NDJSON, half, "gzip"), 400)).contains("Content-Encoding");
    }

    @Test
    void a_little_that_is_much_when_unzipped_is_read_as_slowly_as_it_is_written() {
        byte[] bomb = zipped("x".repeat(1_000_000) + "\n", 100);
        assertThat(bomb).hasSizeLessThan(200_000);
        assertThat(lines(send(NDJSON, bomb, "gzip")).getLast()).isEqualTo(done(100, 0, 0, 100));
    }

    @Test
    void of_many_rejections_a_chunk_lists_a_hundred() {
        List<Map<String, Object>> told = lines(send(NDJSON, "{}\n".repeat(5_001)));
        assertThat(told).hasSize(3);
        assertThat(told.getFirst()).containsEntry("rejectedCount", 5_000);
        assertThat((List<?>) told.getFirst().get("rejected")).hasSize(100);
        assertThat(told.getLast()).isEqualTo(done(5_001, 0, 0, 5_001));
    }

    @Test
    void chunks_end_at_5000_lines_or_a_megabyte() {
        String lines = IntStream.range(0, 12_000)
                .mapToObj(i -> "{\"key\": \"k" + i + "\"}\n")
                .collect(Collectors.joining());
        assertThat(lastLines(send(NDJSON, lines))).isEqualTo(List.of(5_000, 10_000, 12_000));
        String long_ = ("{\"key\": \"" + "x".repeat(60_000) + "\"}\n").repeat(30);
        assertThat(lastLines(send(NDJSON, long_))).isEqualTo(List.of(18, 30));
    }

    @Test
    void a_chunk_is_read_while_the_one_before_is_written() {
        String body = "{\"key\": \"waits for the next\"}\n".repeat(5_000) + "{\"key\": \"next\"}\n";
        assertThat(lines(send(NDJSON, body)).getLast()).isEqualTo(done(5_001, 2, 4_999, 0));
    }

    @Test
    void who_has_no_good_token_is_401() {
        for (String bearer : List.of("nonsense", "pg_unknown")) {
            Answer answer = send(api.bearer(bearer), address(), "");
            assertThat(answer.status()).isEqualTo(401);
            answer.failed("UNAUTHENTICATED");
        }
        Answer nobody = send(api.bearer(null), address(), "");
        assertThat(nobody.status()).isEqualTo(401);
        assertThat(nobody.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    }

    @Test
    void a_user_names_an_organization_of_theirs() {
        assertThat(send(team.asOwner(), "/v1/test-values?organization=" + team.id(), "{\"key\": \"a\"}")
                        .status())
                .isEqualTo(200);
        Answer unnamed = send(team.asOwner(), "/v1/test-values", "");
        assertThat(refusal(unnamed, 400)).contains("?organization=");
        Fixtures.Team other = fixtures.team();
        for (String name : List.of(other.slug(), other.id(), "nowhere", "Not A Slug", "%00")) {
            Answer answer = send(
                    team.asOwner(), "/v1/test-values?organization=" + name.replace(" ", "%20"), "{\"key\": \"a\"}");
            assertThat(answer.status()).as(name).isBetween(400, 404);
            assertThat(answer.code()).as(name).isIn("NOT_FOUND", "BAD_USER_INPUT");
        }
        assertThat(send(team.asOwner(), "/v1/test-values?organization=" + other.slug(), "")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void a_key_has_its_organization_with_it() {
        var key = api.bearer(team.apiKey("WRITE"));
        assertThat(lines(send(key, "/v1/test-values", "{\"key\": \"a\"}")).getLast())
                .isEqualTo(done(1, 1, 0, 0));
        assertThat(values.of(organization)).containsKey("a");
        assertThat(send(key, "/v1/test-values?organization=" + team.slug(), "").status())
                .isEqualTo(200);
        assertThat(send(key, "/v1/test-values?organization=" + fixtures.team().slug(), "")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void an_unknown_target_is_404_and_a_get_is_405() {
        assertThat(send(team.asOwner(), "/v1/nothing?organization=" + team.slug(), "")
                        .status())
                .isEqualTo(404);
        assertThat(api.send(team.asOwner().request(address()).GET().build()).status())
                .isEqualTo(405);
    }

    @Test
    void who_may_not_write_is_403_and_nothing_is_written() {
        String address = "/v1/test-posts?organization=" + team.slug();
        Answer viewer = send(team.as("VIEWER"), address, "{\"title\": \"a\"}\n");
        assertThat(viewer.status()).isEqualTo(403);
        viewer.failed("FORBIDDEN");
        Answer reader = send(api.bearer(team.apiKey("READ")), "/v1/test-posts", "{\"title\": \"a\"}\n");
        assertThat(reader.status()).isEqualTo(403);
        assertThat(titles()).isEmpty();
        assertThat(send(team.as("EDITOR"), address, "{\"title\": \"a\"}\n").status())
                .isEqualTo(200);
        assertThat(send(api.bearer(team.apiKey("WRITE")), "/v1/test-posts", "{\"title\": \"b\"}\n")
                        .status())
                .isEqualTo(200);
        assertThat(titles()).containsExactly("a", "b");
    }

    @Test
    void who_may_not_write_is_told_before_the_body() throws IOException {
        for (String key : List.of(team.apiKey("INGEST"), team.apiKey("READ"))) {
            try (RawHttp connection = RawHttp.post(
                    api.uri("/v1/metrics"),
                    "Authorization: Bearer " + key + "\r\nContent-Type: " + NDJSON + "\r\nContent-Length: 1000000\r\n",
                    "")) {
                assertThat(connection.status()).isEqualTo(403);
            }
        }
    }

    @Test
    void what_holds_nothing_is_charged_too() {
        Map<String, Object> settings =
                Map.of("test.bulk", true, "pulsegraph.graphql.rate-capacity", 100, "pulsegraph.graphql.rate-refill", 1);
        for (String nothing : List.of("\n", " \n", "x".repeat(1_000))) {
            try (var server = ApplicationContext.run(EmbeddedServer.class, settings, "test")) {
                var apiOfServer = server.getApplicationContext().getBean(Api.class);
                // Made elsewhere: on a busy machine, to make it takes more time than this server allows a caller.
                String key = team.apiKey("WRITE");
                byte[] body = zipped(nothing.repeat(100), 300);
                Answer refused = apiOfServer.send(apiOfServer
                        .bearer(key)
                        .request("/v1/test-values")
                        .header("Content-Type", NDJSON)
                        .header("Content-Encoding", "gzip")
                        .POST(BodyPublishers.ofByteArray(body))
                        .build());
                assertThat(refused.failed("RATE_LIMITED").status()).isEqualTo(429);
            }
        }
    }

    @Test
    void members_of_gzip_that_hold_nothing_end_a_body() throws IOException {
        var sent = new ByteArrayOutputStream();
        byte[] empty = zipped("");
        for (int i = 0; i < 10_000; i++) {
            sent.write(empty);
        }
        assertThat(refusal(send(NDJSON, sent.toByteArray(), "gzip"), 400)).contains("Content-Encoding");
    }

    @Test
    void what_only_the_database_refuses_is_found_among_the_good() {
        String tooLong = "x".repeat(501);
        List<Map<String, Object>> told = lines(send(
                team.asOwner(),
                "/v1/test-posts?organization=" + team.slug(),
                titled("a", tooLong, "b", "c", "d\\u0000", "e")));
        assertThat(told.getLast()).isEqualTo(done(6, 4, 0, 2));
        assertThat((List<?>) told.getFirst().get("rejected"))
                .isEqualTo(List.of(
                        Map.of(
                                "line",
                                2,
                                "code",
                                "BAD_USER_INPUT",
                                "reason",
                                "title: 1 to 500 characters, not only blanks."),
                        Map.of(
                                "line",
                                5,
                                "code",
                                "BAD_USER_INPUT",
                                "reason",
                                "A text holds a character that cannot be stored, such as NUL.")));
        assertThat(titles()).containsExactly("a", "b", "c", "e");
    }

    @Test
    void a_chunk_that_met_another_transaction_is_tried_again() {
        String address = "/v1/test-posts?organization=" + team.slug();
        posts.failNext(3);
        assertThat(lines(send(team.asOwner(), address, titled("a"))).getLast()).isEqualTo(done(1, 1, 0, 0));
        assertThat(titles()).containsExactly("a");
        posts.failNext(4);
        Answer answer = send(team.asOwner(), address, titled("b"));
        assertThat(answer.status()).isEqualTo(409);
        answer.failed("CONFLICT");
    }

    @Test
    void a_database_that_is_gone_is_503_at_first_and_told_in_the_last_line_later() {
        String address = "/v1/test-posts?organization=" + team.slug();
        Answer first = send(team.asOwner(), address, titled("the database is gone"));
        assertThat(first.status()).isEqualTo(503);
        String bad = "{}\n".repeat(5_000);
        List<Map<String, Object>> told = lines(send(team.asOwner(), address, bad + titled("the database is gone")));
        assertThat(told.getFirst()).containsEntry("lastLine", 5_000);
        assertThat(told.getLast()).containsEntry("committedLines", 5_000);
        assertThat(told.getLast().get("error")).asString().contains("UNAVAILABLE", "cannot be reached");
    }

    @Test
    void a_chunk_is_acknowledged_while_the_request_goes_on() throws IOException {
        try (var connection = BulkConnection.open(api, address(), team.owner())) {
            connection.send("{\"key\": \"a\"}\n{\"key\": \"half");
            // A second after its first line the chunk is written, though more is under way.
            assertThat(connection.line()).contains("\"chunk\":1,\"firstLine\":1,\"lastLine\":1,\"written\":1");
            assertThat(values.of(organization)).containsOnlyKeys("a");
            connection.send(" of it\"}\n");
            assertThat(connection.line()).contains("\"chunk\":2,\"firstLine\":2,\"lastLine\":2,\"written\":1");
            connection.end();
            assertThat(connection.line()).contains("\"done\":true,\"lines\":2");
        }
        assertThat(values.of(organization)).containsOnlyKeys("a", "half of it");
    }

    @Test
    void a_connection_that_breaks_keeps_what_was_acknowledged() throws IOException {
        try (var connection = BulkConnection.open(api, address(), team.owner())) {
            connection.send("{\"key\": \"kept\"}\n".repeat(5_000));
            assertThat(connection.line()).contains("\"lastLine\":5000");
            connection.send("{\"key\": \"lost\"}\n{\"key\": \"ha");
        }
        assertThat(lines(send(NDJSON, "{\"key\": \"after\"}\n")).getLast()).isEqualTo(done(1, 1, 0, 0));
        assertThat(values.of(organization)).containsKeys("kept", "after").doesNotContainKey("ha");
    }

    @Test
    void who_spends_their_share_is_told_when_to_come_again() {
        Map<String, Object> settings =
                Map.of("test.bulk", true, "pulsegraph.graphql.rate-capacity", 90, "pulsegraph.graphql.rate-refill", 1);
        try (var server = ApplicationContext.run(EmbeddedServer.class, settings, "test")) {
            // Whose share is whole there.
            Api.As greedy = server.getApplicationContext().getBean(Api.class).as(team.owner());
            String address = address();
            // Each of these chunks costs 50.
            String lines = "{\"key\": \"a\"}\n".repeat(10_000);
            List<Map<String, Object>> told = lines(send(greedy, address, lines));
            assertThat(told.getLast()).containsEntry("committedLines", 5_000);
            assertThat(told.getLast().get("error")).asString().contains("RATE_LIMITED");
            Answer refused = send(greedy, address, lines);
            assertThat(refused.failed("RATE_LIMITED").status()).isEqualTo(429);
            assertThat(Integer.parseInt(
                            refused.headers().firstValue("Retry-After").orElseThrow()))
                    .isBetween(1, 50);
        }
    }

    @Test
    void far_more_than_graphql_takes_is_taken() {
        String line = "{\"key\": \"k\", \"value\": \"" + "v".repeat(970) + "\"}\n";
        assertThat(lines(send(NDJSON, line.repeat(20_000))).getLast()).isEqualTo(done(20_000, 1, 19_999, 0));
        String gigantic = "{\"query\": \"{ __typename } #" + "x".repeat(3 * 1024 * 1024) + "\"}";
        assertThat(team.asOwner().post(gigantic).status()).isEqualTo(413);
    }

    private List<String> titles() {
        return superuser
                .texts("select title from posts_core where organization_id = ? order by title", organization)
                .stream()
                .map(String::valueOf)
                .toList();
    }

    private String address() {
        return "/v1/test-values?organization=" + team.slug();
    }

    private Answer send(String type, String body) {
        return send(type, bytes(body), "identity");
    }

    private Answer send(String type, byte[] body, String encoding) {
        return api.send(team.asOwner()
                .request(address())
                .header("Content-Type", type)
                .header("Content-Encoding", encoding)
                .header("Accept-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    private Answer send(Api.As who, String address, String body) {
        return api.send(who.request(address)
                .header("Content-Type", NDJSON)
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    private List<Map<String, Object>> lines(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-ndjson");
        return answer.text().lines().map(this::object).toList();
    }

    private Map<String, Object> object(String line) {
        Map<String, Object> object = new LinkedHashMap<>();
        if (json.read(line) instanceof Map<?, ?> read) {
            read.forEach((key, value) -> object.put(String.valueOf(key), value));
        }
        return object;
    }

    private List<?> lastLines(Answer answer) {
        List<Map<String, Object>> told = lines(answer);
        return told.subList(0, told.size() - 1).stream()
                .map(chunk -> chunk.get("lastLine"))
                .toList();
    }

    private static String refusal(Answer answer, int status) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        return answer.failed("BAD_USER_INPUT").message();
    }

    private static Map<String, Object> done(int lines, int written, int unchanged, int rejected) {
        return Map.of("done", true, "lines", lines, "written", written, "unchanged", unchanged, "rejected", rejected);
    }

    private static String titled(String... titles) {
        return List.of(titles).stream()
                .map(title -> "{\"title\": \"" + title + "\"}\n")
                .collect(Collectors.joining());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] zipped(String text) {
        return zipped(text, 1);
    }

    private static byte[] zipped(String text, int times) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            for (int i = 0; i < times; i++) {
                out.write(bytes(text));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
