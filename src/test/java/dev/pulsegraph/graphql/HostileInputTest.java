package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.paging.Cursor;
import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import io.micronaut.json.JsonMapper;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Whatever is sent, the answer is a refusal in the form of the contract: soon, without a word of the inside. */
@MicronautTest(transactional = false)
class HostileInputTest {
    private static final List<String> CODES = List.of(
            "BAD_USER_INPUT",
            "UNAUTHENTICATED",
            "FORBIDDEN",
            "NOT_FOUND",
            "CONFLICT",
            "LIMIT_EXCEEDED",
            "RATE_LIMITED",
            "TIMEOUT");
    private static final List<String> INSIDE = List.of(
            "java.",
            "dev.pulsegraph",
            "org.postgresql",
            "io.micronaut",
            "io.netty",
            "graphql.",
            "\\tat ",
            "Exception",
            "select ",
            "SQL",
            "_links");

    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    JsonMapper json;

    private Fixtures.@Nullable Team team;
    private String post = "";

    @BeforeEach
    void somebodyWithAPost() {
        team = fixtures.team();
        post = team.post("One");
    }

    @TestFactory
    Stream<DynamicTest> documents() {
        var foreign = fixtures.team();
        String foreignPost = foreign.post("Theirs");
        String memberCursor = team().asOwner()
                .ask("{ organization(slug: \"" + team().slug() + "\") { members { edges { cursor } } } }")
                .text("organization.members.edges.0.cursor");
        return table("documents.txt").map(line -> {
            String document = line.value()
                    .replace("$team", team().id())
                    .replace("$slug", team().slug())
                    .replace("$post", post)
                    .replace("$foreignPost", foreignPost)
                    .replace("$foreign", foreign.id())
                    .replace("$memberCursor", memberCursor);
            return refused(line.name(), () -> team().asOwner().ask(document));
        });
    }

    @TestFactory
    Stream<DynamicTest> bodies() {
        return table("bodies.txt")
                .map(line -> refused(line.name(), () -> team().asOwner().post(line.value())));
    }

    @TestFactory
    Stream<DynamicTest> values() {
        Map<String, String> fields = Map.of(
                "String!", "organization(slug: $v) { id }",
                "Int", "organizations(first: $v) { nodes { id } }",
                "ID!", "node(id: $v) { id }",
                "DateTime", "organization(slug: \"%s\") { posts(filter: { publishedFrom: $v }) { nodes { id } } }",
                "Date!",
                        "organization(slug: \"%s\") { dailyStats(range: { from: $v, to: \"2026-01-01\" }) { timeZone } }",
                "PostOrderField!", "organization(slug: \"%s\") { posts(orderBy: { field: $v }) { nodes { id } } }",
                "JSON", "updateOrganization(input: { id: \"%s\", settings: $v }) { organization { id } }",
                "Long",
                        "createPost(input: { organization: \"%s\", content: \"x\", platforms: [], media: [{ url: \"https://a.example/a\","
                                + " type: IMAGE, fileName: \"a\", sizeBytes: $v }] }) { post { id } }");
        return table("values.txt").map(line -> {
            String type = line.name();
            boolean writes = type.equals("JSON") || type.equals("Long");
            String field = Objects.requireNonNull(fields.get(type)).replace("%s", writes ? team().id() : team().slug());
            String query = (writes ? "mutation" : "query") + " ($v: " + type + ") { " + field + " }";
            return refused(
                    type + " " + line.value(),
                    () -> team().asOwner()
                            .post("{\"query\": \"" + query.replace("\"", "\\\"") + "\", \"variables\": {\"v\": "
                                    + line.value() + "}}"));
        });
    }

    @TestFactory
    Stream<DynamicTest> forgedCursors() {
        UUID id = UUID.randomUUID();
        return Stream.of(
                        new Cursor("post.TITLE", "A", id).encode(),
                        new Cursor("post.PUBLISHED_AT", "yesterday", id).encode(),
                        new Cursor("post.PUBLISHED_AT", "", id).encode(),
                        new Cursor("post.PUBLISHED_AT", "2026-01-01", id).encode(),
                        new Cursor("post.PUBLISHED_AT", "2026-01-01T00:00:00Z'; drop table posts_core; --", id)
                                .encode(),
                        new Cursor("post.PUBLISHED_AT", "+1000000000-12-31T23:59:59Z", id).encode(),
                        new Cursor("post.PUBLISHED_AT", "+999999-01-01T00:00:00Z", id).encode(),
                        new Cursor("post.PUBLISHED_AT", "-5000-01-01T00:00:00Z", id).encode(),
                        new Cursor("post.PUBLISHED_AT", "-300000-01-01T00:00:00Z", id).encode(),
                        new Cursor("post.PUBLISHED_AT", "infinity\0", id).encode(),
                        new Cursor("organization.slug", "acme", id).encode(),
                        base64("post.PUBLISHED_AT|" + id),
                        base64("post.PUBLISHED_AT||2026-01-01T00:00:00Z"),
                        base64("post.PUBLISHED_AT|not-a-uuid|2026-01-01T00:00:00Z"),
                        base64("|||||"),
                        "=",
                        "a".repeat(1_000_000))
                .map(cursor -> refused(
                        "cursor "
                                + Problem.shown(new String(
                                        Base64.getUrlDecoder().decode(cursor.equals("=") ? "" : cursor),
                                        StandardCharsets.UTF_8)),
                        () -> team().asOwner()
                                .ask(
                                        "query ($c: String) { organization(slug: \"" + team().slug()
                                                + "\") { posts(first: 1, after: $c) { nodes { id } } } }",
                                        Map.of("c", cursor))));
    }

    @TestFactory
    Stream<DynamicTest> enormousRequests() {
        return Stream.of(
                refusedBody("a hundred thousand brackets", "[".repeat(100_000)),
                refusedBody("a hundred thousand braces", "{\"a\":".repeat(100_000)),
                refusedBody(
                        "nested variables",
                        "{\"query\": \"{ __typename }\", \"variables\": {\"a\": " + "[".repeat(100_000)
                                + "]".repeat(100_000) + "}}"),
                refusedBody(
                        "a number of a hundred thousand digits",
                        "{\"variables\": {\"a\": " + "1".repeat(100_000) + "}}"),
                refusedBody("three megabytes", "x".repeat(3_000_000)),
                refusedDocument("ten thousand aliases", "{ " + many(10_000, i -> "a" + i + ": __typename") + " }"),
                refusedDocument("a thousand aliases", "{ " + many(1_000, i -> "a" + i + ": __typename") + " }"),
                refusedDocument("five hundred root fields", "{ " + "__typename ".repeat(500) + " }"),
                refusedDocument("nine thousand equal fields", "{ " + "__typename ".repeat(9_000) + " }"),
                refusedDocument("two thousand equal objects", "{ " + "viewer { operator } ".repeat(2_000) + " }"),
                refusedDocument("a document of a million tokens", "{ " + "a ".repeat(900_000) + " }"),
                refusedDocument("a document of commas", ",".repeat(1_900_000)),
                refusedDocument("a document of comments", "#\n".repeat(900_000)),
                refusedDocument("a document of braces", "{".repeat(1_900_000)),
                refusedDocument("fields a hundred deep", "{" + "a{".repeat(100) + "a" + "}".repeat(101)),
                refusedDocument("fields two thousand deep", "{" + "a{".repeat(2_000) + "a" + "}".repeat(2_001)),
                refusedDocument(
                        "lists two thousand deep",
                        "{ node(id: " + "[".repeat(2_000) + "]".repeat(2_000) + ") { id } }"),
                refusedDocument(
                        "types two thousand deep",
                        "query ($a: " + "[".repeat(2_000) + "Int" + "]".repeat(2_000) + ") { __typename }"),
                refusedDocument(
                        "a literal of a million digits",
                        "{ organizations(first: " + "1".repeat(1_000_000) + ") { nodes { id } } }"),
                refusedDocument(
                        "a decimal of a million digits", "{ node(id: 1." + "1".repeat(1_000_000) + ") { id } }"),
                refusedDocument("a name of a million characters", "{ " + "a".repeat(1_000_000) + " }"),
                refusedDocument("a type of a million characters", "{ ... on " + "a".repeat(1_000_000) + " { id } }"),
                refusedDocument(
                        "a wrong value of a million characters",
                        "{ organizations(first: \"" + "a".repeat(1_000_000) + "\") { nodes { id } } }"),
                refusedDocument(
                        "a name of an organization of 1.9 MB",
                        "mutation { createOrganization(input: { name: \"" + "a".repeat(1_900_000)
                                + "\", slug: \"huge\" }) { organization { id } } }"),
                refusedDocument(
                        "a fragment bomb",
                        "{ ...F0 } "
                                + many(
                                        70,
                                        i -> "fragment F" + i + " on Query { ...F" + (i + 1) + " ...F" + (i + 1) + " }")
                                + " fragment F70 on Query { viewer { operator } }"),
                refusedDocument(
                        "a fragment bomb below a field",
                        "{ viewer { ...F0 } } "
                                + many(
                                        70,
                                        i -> "fragment F" + i + " on Viewer { ...F" + (i + 1) + " ...F" + (i + 1)
                                                + " }")
                                + " fragment F70 on Viewer { operator }"),
                refusedDocument(
                        "a fragment bomb of unlike arguments",
                        "{ ...F0 } "
                                + many(
                                        60,
                                        i -> "fragment F" + i + " on Query { organizations(first: " + (i + 1)
                                                + ") { nodes { ...G" + i + " } } ...F" + (i + 1) + " } fragment G" + i
                                                + " on Organization { id }")
                                + " fragment F60 on Query { viewer { operator } }"),
                refusedDocument(
                        "twenty thousand directives", "{ __typename " + "@skip(if: false) ".repeat(1_500) + " }"),
                refusedDocument("two thousand operations", many(2_000, i -> "query Q" + i + " { __typename }")),
                refusedDocument(
                        "two thousand variables",
                        "query (" + many(2_000, i -> "$v" + i + ": Int") + ") { __typename }"),
                refusedDocument("two thousand unknown fields", "{ " + many(2_000, i -> "unknown" + i) + " }"),
                refused(
                        "20,000 ids",
                        () -> team().asOwner()
                                .ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", Map.of("ids", ids(20_001)))),
                refused(
                        "201 ids",
                        () -> team().asOwner()
                                .ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", Map.of("ids", ids(201)))),
                refused(
                        "settings of 1.9 MB",
                        () -> team().asOwner()
                                .ask(
                                        "mutation ($s: JSON) { updateOrganization(input: { id: \"" + team().id()
                                                + "\", settings: $s }) { organization { id } } }",
                                        Map.of("s", Map.of("a", "x".repeat(1_900_000))))),
                refused(
                        "a title of 1.9 MB",
                        () -> team().asOwner()
                                .ask(
                                        "mutation ($t: String!) { createPost(input: { organization: \"" + team().id()
                                                + "\", title: $t, content: \"x\", platforms: [] }) { post { id } } }",
                                        Map.of("t", "x".repeat(1_900_000)))));
    }

    @TestFactory
    Stream<DynamicTest> authorizations() {
        String good = api.token("hostile@spec.example", false);
        String[] parts = good.split("\\.");
        return Stream.of(
                        "Basic dXNlcjpwYXNzd29yZA==",
                        "Bearer",
                        "Bearer ",
                        "Bearer x",
                        "Bearer a.b.c",
                        "Bearer ....",
                        "Bearer " + "x".repeat(7_000),
                        "Bearer " + base64("{\"alg\":\"none\"}") + "." + parts[1] + ".",
                        "Bearer " + base64("{\"alg\":\"HS512\"}") + "." + parts[1] + "." + parts[2],
                        "Bearer " + base64("{\"alg\":\"HS256\",\"kid\":\"../../dev/null\"}") + "." + parts[1] + "."
                                + parts[2],
                        "Bearer " + base64("{\"alg\":\"RS256\",\"jku\":\"http://127.0.0.1:1/\"}") + "." + parts[1] + "."
                                + parts[2],
                        "Bearer " + base64("[".repeat(2_000)) + "." + parts[1] + "." + parts[2],
                        "Bearer " + parts[0] + "." + base64("{\"sub\":\"x\"}") + "." + parts[2],
                        "Bearer " + parts[0] + "." + parts[1] + ".",
                        "Bearer " + good + "x",
                        "Bearer " + good + " " + good,
                        "Bearer pgk_",
                        "Bearer pgk_' or 1=1 --",
                        "Bearer pgk_" + "x".repeat(7_000),
                        "Token " + good,
                        good)
                .map(header -> DynamicTest.dynamicTest("Authorization: " + Problem.shown(header), () -> {
                    Answer answer = refuse(() -> api.send(HttpRequest.newBuilder(api.uri("/graphql"))
                            .header("Authorization", header)
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString("{\"query\": \"{ viewer { operator } }\"}"))
                            .build()));
                    assertThat(answer.status()).isEqualTo(401);
                    assertThat(answer.code()).isEqualTo("UNAUTHENTICATED");
                }));
    }

    @TestFactory
    Stream<DynamicTest> requests() {
        String query = "{\"query\": \"{ __typename }\"}";
        byte[] badUtf8 = "{\"query\": \"{ __typename } #?\"}".getBytes(StandardCharsets.UTF_8);
        badUtf8[25] = (byte) 0xff;
        return Stream.of(
                refused("bytes that are no UTF-8", graphql().POST(BodyPublishers.ofByteArray(badUtf8))),
                refused("UTF-16", graphql().POST(BodyPublishers.ofString(query, StandardCharsets.UTF_16))),
                refused("a byte order mark", graphql().POST(BodyPublishers.ofString("\ufeff\ufeff" + query))),
                refused("only NULs", graphql().POST(BodyPublishers.ofByteArray(new byte[100]))),
                refused("no body", graphql().POST(BodyPublishers.noBody())),
                refused("text/plain", ofType("text/plain").POST(BodyPublishers.ofString(query))),
                refused(
                        "a form",
                        ofType("application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString("query={__typename}"))),
                refused(
                        "a broken form",
                        ofType("application/x-www-form-urlencoded").POST(BodyPublishers.ofString("%zz=%"))),
                refused(
                        "multipart",
                        ofType("multipart/form-data; boundary=x").POST(BodyPublishers.ofString("--x\r\n\r\n--x--"))),
                refused(
                        "multipart without a boundary",
                        ofType("multipart/form-data").POST(BodyPublishers.ofString("x"))),
                refused("a type of nonsense", ofType("///;;;").POST(BodyPublishers.ofString(query))),
                refused(
                        "a charset of nonsense",
                        ofType("application/json; charset=nonsense").POST(BodyPublishers.ofString(query))),
                refused("not gzip", graphql().header("Content-Encoding", "gzip").POST(BodyPublishers.ofString(query))),
                refused(
                        "a bomb of gzip",
                        graphql().header("Content-Encoding", "gzip").POST(BodyPublishers.ofByteArray(bomb()))),
                refused("PUT", graphql().PUT(BodyPublishers.ofString(query))),
                refused("DELETE", graphql().DELETE()),
                refused("PATCH", graphql().method("PATCH", BodyPublishers.ofString(query))),
                refused("an odd method", graphql().method("BREW", BodyPublishers.noBody())),
                refused("an unknown path", team().asOwner().request("/unknown").GET()),
                refused(
                        "below the endpoint",
                        team().asOwner().request("/graphql/x").GET()),
                refused(
                        "a way out of the page",
                        team().asOwner()
                                .request("/graphiql/..%2f..%2fapplication.properties")
                                .GET()),
                refused(
                        "an endpoint that is switched off",
                        team().asOwner().request("/env").GET()),
                refused("beans", team().asOwner().request("/beans").GET()),
                refused(
                        "a page that is none, for a browser",
                        team().asOwner()
                                .request("/unknown")
                                .header("Accept", "text/html")
                                .GET()),
                refused("GET of nothing", graphql().GET()),
                refused(
                        "GET of a mutation",
                        team().asOwner()
                                .request("/graphql?query=mutation%7B__typename%7D")
                                .GET()),
                refused(
                        "GET of NUL",
                        team().asOwner().request("/graphql?query=%00").GET()),
                refused(
                        "GET of no UTF-8",
                        team().asOwner().request("/graphql?query=%ff%fe").GET()),
                refused(
                        "GET of half variables",
                        team().asOwner()
                                .request("/graphql?query=%7B__typename%7D&variables=%7B")
                                .GET()),
                refused(
                        "GET of 60 kB",
                        team().asOwner()
                                .request("/graphql?query=" + "a".repeat(60_000))
                                .GET()),
                refused(
                        "GET of 70 kB",
                        team().asOwner()
                                .request("/graphql?query=" + "a".repeat(70_000))
                                .GET()),
                refused(
                        "a header of 20 kB",
                        graphql().header("X-Much", "a".repeat(20_000)).POST(BodyPublishers.ofString(query))),
                refused(
                        "a token of 10 kB",
                        graphql()
                                .setHeader("Authorization", "Bearer " + "a".repeat(10_000))
                                .POST(BodyPublishers.ofString(query))));
    }

    /** What a client library would not send. */
    @Test
    void lines_that_are_no_http_are_refused() {
        for (String request : new String[] {
            "GET /graphql?query=%zz HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /graphql?query={a} HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /graphql?\u0000 HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET http:///// HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
            "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "POST /graphql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "POST /graphql HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "NONSENSE\r\n\r\n"
        }) {
            String answer = raw(request);
            assertThat(answer).as(request).doesNotContain(INSIDE).matches("(?s)(HTTP/1\\.[01] 4\\d\\d .*)?");
        }
        assertThat(team().asOwner().ask("{ __typename }").succeeded().status()).isEqualTo(200);
    }

    private Answer refuse(Supplier<Answer> request) {
        long begin = System.nanoTime();
        Answer answer = request.get();
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        String start = Problem.shown(answer.text());
        if (answer.status() == 200 || answer.status() == 294) {
            assertThat(answer.errors()).as(answer.text()).isNotEmpty();
        } else {
            assertThat(answer.status()).as(start).isBetween(400, 499);
        }
        assertThat(answer.message()).as(start).isNotBlank();
        assertThat(answer.code()).as(answer.text()).isIn(CODES);
        assertThat(answer.text()).doesNotContain(INSIDE).hasSizeLessThan(120_000);
        assertThat(took).isLessThan(Duration.ofSeconds(5));
        assertThat(team().asOwner()
                        .ask("{ node(id: \"" + post + "\") { ... on Post { title } } }")
                        .succeeded()
                        .text("node.title"))
                .isEqualTo("One");
        return answer;
    }

    private DynamicTest refused(String name, Supplier<Answer> request) {
        return DynamicTest.dynamicTest(name, () -> refuse(request));
    }

    private DynamicTest refused(String name, HttpRequest.Builder request) {
        return refused(name, () -> api.send(request.build()));
    }

    private DynamicTest refusedBody(String name, String body) {
        return refused(name, () -> team().asOwner().post(body));
    }

    private DynamicTest refusedDocument(String name, String document) {
        return refused(name, () -> team().asOwner().ask(document));
    }

    private Fixtures.Team team() {
        return Objects.requireNonNull(team);
    }

    private HttpRequest.Builder graphql() {
        return ofType("application/json");
    }

    private HttpRequest.Builder ofType(String contentType) {
        return team().asOwner().request("/graphql").header("Content-Type", contentType);
    }

    private String raw(String request) {
        try (var socket = new Socket(api.uri("/").getHost(), api.uri("/").getPort())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String many(int count, IntFunction<String> part) {
        return IntStream.range(0, count).mapToObj(part).collect(Collectors.joining(" "));
    }

    private static List<String> ids(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> GlobalId.encode("Post", new UUID(0, i)))
                .toList();
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A hundred megabytes in a hundred kilobytes. */
    private static byte[] bomb() {
        var bytes = new ByteArrayOutputStream();
        try (var zipped = new GZIPOutputStream(bytes)) {
            byte[] spaces = " ".repeat(1_000_000).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 100; i++) {
                zipped.write(spaces);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static Stream<Line> table(String file) {
        try (InputStream in = Objects.requireNonNull(HostileInputTest.class.getResourceAsStream("/hostile/" + file))) {
            List<Line> lines = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.isBlank() && !line.startsWith("#") && !line.startsWith("# ")) {
                    int colon = line.indexOf(':');
                    if (colon > 0) {
                        lines.add(new Line(
                                line.substring(0, colon),
                                line.substring(colon + 1).strip()));
                    }
                }
            }
            return lines.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Line(String name, String value) {}
}
