package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The GraphQL over HTTP specification (draft of August 2026), statement by statement. */
@MicronautTest(transactional = false)
class GraphQLOverHttpTest {
    private static final String GRAPHQL = "application/graphql-response+json";
    private static final String JSON = "application/json";
    private static final String TYPENAME = "{\"query\": \"{ __typename }\"}";
    private static final String MUTATION =
            "mutation { createOrganization(input: { name: \"X\", slug: \"%s\" }) { organization { id } } }";
    /** One field fails, the other does not. */
    private static final String PARTLY = "{\"query\": \"{ __typename node(id: \\\"nonsense\\\") { id } }\"}";

    @Inject
    Api api;

    // ---- Serialization

    // "Servers and clients MUST support JSON."
    @Test
    void json_is_understood_and_answered() {
        Answer answer = post(TYPENAME, JSON, GRAPHQL);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"data\":{\"__typename\":\"Query\"}}");
    }

    // "If the media type … does not include encoding information …, then utf-8 MUST be assumed."
    @Test
    void utf_8_is_assumed_when_no_charset_is_named() {
        String body =
                "{\"query\": \"query ($s: String!) { organization(slug: $s) { id } }\", \"variables\": {\"s\": \"日本 😀\"}}";
        assertThat(post(body, JSON, GRAPHQL).status()).isEqualTo(200);
    }

    // "A server MUST support POST requests encoded with the application/json media type … encoded with UTF-8."
    @Test
    void utf_8_may_be_named() {
        assertThat(post(TYPENAME, "application/json; charset=utf-8", GRAPHQL).status())
                .isEqualTo(200);
        assertThat(post(TYPENAME, "application/json;charset=\"UTF-8\"", GRAPHQL).status())
                .isEqualTo(200);
    }

    @Test
    void another_charset_is_refused_and_not_guessed() {
        assertThat(post(TYPENAME, "application/json; charset=iso-8859-1", GRAPHQL)
                        .status())
                .isEqualTo(415);
        byte[] utf16 = TYPENAME.getBytes(StandardCharsets.UTF_16);
        Answer answer = send(request(JSON, GRAPHQL).POST(BodyPublishers.ofByteArray(utf16)));
        assertThat(answer.status()).isEqualTo(400);
    }

    // RFC 9110, 8.3.1: "The type and subtype tokens are case-insensitive."
    @Test
    void media_types_are_compared_without_case() {
        assertThat(post(TYPENAME, "Application/JSON", GRAPHQL).status()).isEqualTo(200);
        assertThat(post(TYPENAME, "APPLICATION/json; Charset=UTF-8", GRAPHQL).status())
                .isEqualTo(200);
        assertThat(type(post(TYPENAME, JSON, "Application/GraphQL-Response+JSON")))
                .startsWith(GRAPHQL);
        assertThat(type(post(TYPENAME, JSON, "Application/JSON"))).startsWith(JSON);
        assertThat(type(post(TYPENAME, JSON, "Application/*;Q=0.5"))).startsWith(GRAPHQL);
    }

    // ---- Accept

    // "A server MUST support responses using the application/graphql-response+json media type."
    @Test
    void graphql_response_is_answered_to_who_accepts_it() {
        assertThat(type(post(TYPENAME, JSON, GRAPHQL))).startsWith(GRAPHQL);
    }

    // "A server MUST indicate the media type of the response …, and SHOULD indicate the encoding."
    @Test
    void the_content_type_names_the_charset() {
        assertThat(type(post(TYPENAME, JSON, GRAPHQL))).isEqualTo(GRAPHQL + "; charset=utf-8");
        assertThat(type(post(TYPENAME, JSON, JSON))).isEqualTo(JSON + "; charset=utf-8");
    }

    // "The server MUST respect the given Accept header and attempt to encode the response in the highest priority media
    // type listed that is supported by the server."
    @Test
    void the_type_of_highest_priority_is_answered() {
        assertThat(type(post(TYPENAME, JSON, GRAPHQL + ", application/json;q=0.9")))
                .startsWith(GRAPHQL);
        assertThat(type(post(TYPENAME, JSON, GRAPHQL + ";q=0.5, application/json")))
                .startsWith(JSON);
        assertThat(type(post(TYPENAME, JSON, "application/json;q=0.5, */*"))).startsWith(GRAPHQL);
        assertThat(type(post(TYPENAME, JSON, "text/html, application/json, */*;q=0.1")))
                .startsWith(JSON);
        assertThat(type(post(TYPENAME, JSON, "*/*"))).startsWith(GRAPHQL);
        assertThat(type(post(TYPENAME, JSON, GRAPHQL + ";q=0, */*"))).startsWith(JSON);
    }

    @Test
    void several_accept_headers_count_as_one() {
        Answer answer =
                send(request(JSON, "text/html").header("Accept", GRAPHQL).POST(BodyPublishers.ofString(TYPENAME)));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(type(answer)).startsWith(GRAPHQL);
    }

    // "If a client does not supply the Accept header then the server may respond with … any content type it chooses."
    @Test
    void without_an_accept_header_graphql_response_is_answered() {
        assertThat(type(post(TYPENAME, JSON, null))).startsWith(GRAPHQL);
    }

    // "If the Accept header is present but does not indicate support for any of the server's supported media types or
    // application/json, the server SHOULD respond with 406 Not Acceptable."
    @Test
    void nothing_acceptable_is_406() {
        for (String accept : new String[] {"text/html", "nonsense", "application/json;q=0", "application/json;q=abc"}) {
            assertThat(post(TYPENAME, JSON, accept).status()).as(accept).isEqualTo(406);
        }
    }

    // "MUST … Respond with a 406 Not Acceptable status code and stop processing the request."
    @Test
    void nothing_runs_when_nothing_is_acceptable() {
        String slug = Fixtures.unique("never");
        post(json("query", MUTATION.formatted(slug)), JSON, "text/html");
        assertThat(organization(slug)).isNull();
    }

    // "… performed … as if the request had specified Accept: application/graphql-response+json, except any response
    // that
    // produces a 2xx status code should replace the Content-Type header with Content-Type: application/json."
    @Test
    void a_legacy_client_gets_its_type_for_successes_and_ours_for_refusals() {
        assertThat(type(post(TYPENAME, JSON, JSON))).startsWith(JSON);
        Answer refused = post("{\"query\": \"{\"}", JSON, JSON);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(type(refused)).startsWith(GRAPHQL);
    }

    // ---- GET

    // "Parameters MUST be provided in the query component …, encoded in the application/x-www-form-urlencoded format."
    @Test
    void a_query_is_answered_by_get() {
        Answer answer = get(Map.of(
                "query", "query Q($slug: String!) { organization(slug: $slug) { id } } query R { __typename }",
                "operationName", "Q",
                "variables", "{\"slug\": \"a b+c\"}",
                "extensions", "{\"cost\": true}"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).contains("\"organization\":null").contains("\"cost\"");
    }

    // "Each of the variables and extensions parameters, if present and not the empty string, MUST be encoded as a JSON
    // string."
    @Test
    void variables_that_are_no_json_object_are_refused_by_get() {
        assertThat(get(Map.of("query", "{ __typename }", "variables", "{")).status())
                .isEqualTo(400);
        assertThat(get(Map.of("query", "{ __typename }", "variables", "[7]")).status())
                .isEqualTo(422);
        assertThat(get(Map.of("query", "{ __typename }", "extensions", "7")).status())
                .isEqualTo(422);
    }

    // "Specifying the empty string for optional request parameters is equivalent to not specifying them at all."
    @Test
    void empty_parameters_of_get_are_absent() {
        Answer answer = get(Map.of("query", "{ __typename }", "operationName", "", "variables", "", "extensions", ""));
        assertThat(answer.status()).isEqualTo(200);
    }

    // Note: "operationName=null represents an operation with the name null."
    @Test
    void null_is_a_name_by_get() {
        assertThat(get(Map.of("query", "query null { __typename } query b { __typename }", "operationName", "null"))
                        .status())
                .isEqualTo(200);
    }

    // "GET requests MUST NOT be used for executing mutation operations …; status code 405 is RECOMMENDED."
    // Note: "If status code 405 is used then the Allow header must be included."
    @Test
    void a_mutation_by_get_is_405_and_changes_nothing() {
        String slug = Fixtures.unique("never");
        Answer answer = get(Map.of("query", MUTATION.formatted(slug)));
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("POST");
        assertThat(organization(slug)).isNull();
    }

    // "If the values of query and operationName indicate that a mutation operation is to be executed …"
    @Test
    void by_get_the_operation_name_decides_whether_it_is_a_mutation() {
        String both = "query Q { __typename } mutation M { __typename }";
        assertThat(get(Map.of("query", both, "operationName", "Q")).status()).isEqualTo(200);
        assertThat(get(Map.of("query", both, "operationName", "M")).status()).isEqualTo(405);
    }

    // ---- POST

    // "A server MUST accept POST requests." "… to perform a query or mutation operation."
    @Test
    void a_mutation_is_answered_by_post() {
        String slug = Fixtures.unique("posted");
        assertThat(post(json("query", MUTATION.formatted(slug)), JSON, GRAPHQL).status())
                .isEqualTo(200);
        assertThat(organization(slug)).isNotNull();
    }

    // "If the client does not supply a Content-Type header …, the server SHOULD reject the request using the
    // appropriate
    // 4xx status code." "If the Content-Type of the request is not supported, status code 415 SHOULD be used."
    @Test
    void only_application_json_is_read() {
        for (String type : new String[] {
            null,
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/graphql",
            "application/xml",
            "application/json-patch+json",
            "nonsense"
        }) {
            assertThat(post(TYPENAME, type, GRAPHQL).status()).as(type).isEqualTo(415);
        }
    }

    // "query - the string representation of the Source Text of the Document"
    // "If the request is not a well-formed GraphQL-over-HTTP request, status code 422 SHOULD be used."
    @Test
    void a_request_that_is_not_well_formed_is_422() {
        for (String body : new String[] {
            "{}",
            "{\"qeury\": \"{ __typename }\"}",
            "{\"query\": null}",
            "{\"query\": 7}",
            "{\"query\": true}",
            "{\"query\": [\"{ __typename }\"]}",
            "{\"query\": {}}",
            "{\"query\": \"{ __typename }\", \"operationName\": 7}",
            "{\"query\": \"{ __typename }\", \"operationName\": {}}",
            "{\"query\": \"{ __typename }\", \"variables\": [7]}",
            "{\"query\": \"{ __typename }\", \"variables\": \"{}\"}",
            "{\"query\": \"{ __typename }\", \"variables\": 0}",
            "{\"query\": \"{ __typename }\", \"extensions\": false}",
            "{\"query\": \"{ __typename }\", \"extensions\": []}",
            "[" + TYPENAME + "]",
            "\"{ __typename }\"",
            "null"
        }) {
            Answer answer = post(body, JSON, GRAPHQL);
            assertThat(answer.status()).as(body).isEqualTo(422);
            assertThat(answer.code()).isEqualTo("BAD_USER_INPUT");
            assertThat(answer.body()).doesNotContainKey("data");
        }
    }

    // "Servers receiving a request with additional properties MUST ignore properties they do not understand."
    @Test
    void properties_that_are_not_understood_are_ignored() {
        assertThat(post("{\"query\": \"{ __typename }\", \"id\": 7, \"x\": {\"y\": []}}", JSON, GRAPHQL)
                        .status())
                .isEqualTo(200);
        assertThat(post("{\"query\": \"{ __typename }\", \"extensions\": {\"of somebody else\": 1}}", JSON, GRAPHQL)
                        .status())
                .isEqualTo(200);
    }

    // "Specifying null for optional request parameters is equivalent to not specifying them at all."
    @Test
    void null_parameters_are_absent() {
        assertThat(post(
                                "{\"query\": \"{ __typename }\", \"operationName\": null, \"variables\": null, \"extensions\": null}",
                                JSON,
                                GRAPHQL)
                        .status())
                .isEqualTo(200);
    }

    // ---- Status codes

    // "In case of errors that completely prevent the generation of a well-formed GraphQL response … " - there are none:
    // every refusal is a well-formed GraphQL response without data, so it may say so.
    @Test
    void every_refusal_is_a_graphql_response() {
        for (Answer answer : new Answer[] {
            post("NONSENSE", JSON, GRAPHQL),
            post(TYPENAME, "text/plain", GRAPHQL),
            post(TYPENAME, JSON, "text/html"),
            send(request(JSON, GRAPHQL).PUT(BodyPublishers.ofString(TYPENAME))),
            post(" ".repeat(3_000_000), JSON, GRAPHQL)
        }) {
            assertThat(type(answer)).isEqualTo(GRAPHQL + "; charset=utf-8");
            assertThat(answer.message()).isNotEmpty();
            assertThat(answer.code()).isNotNull();
        }
    }

    // "If the GraphQL response contains the data entry and does not contain the errors entry, then the server SHOULD
    // reply with a 200 status code."
    @Test
    void success_is_200_without_errors() {
        Answer answer = post(TYPENAME, JSON, GRAPHQL);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).containsOnlyKeys("data");
    }

    // "If the GraphQL response contains both the data entry (even if it is null) and the errors entry, then the server
    // SHOULD reply with a 294 status code."
    @Test
    void partial_success_is_294() {
        Answer partly = post(PARTLY, JSON, GRAPHQL);
        assertThat(partly.status()).isEqualTo(294);
        assertThat(partly.body()).containsKeys("data", "errors");
        assertThat(partly.at("__typename")).isEqualTo("Query");

        // A field that may not be null takes everything with it.
        String tooMany = "\\\"nonsense\\\",".repeat(201);
        Answer nothing = post("{\"query\": \"{ nodes(ids: [" + tooMany + "]) { id } __typename }\"}", JSON, GRAPHQL);
        assertThat(nothing.status()).isEqualTo(294);
        assertThat(nothing.body()).containsEntry("data", null);
    }

    // "We only recommend its usage alongside the application/graphql-response+json media type."
    @Test
    void partial_success_is_200_for_a_legacy_client() {
        Answer partly = post(PARTLY, JSON, JSON);
        assertThat(partly.status()).isEqualTo(200);
        assertThat(type(partly)).startsWith(JSON);
        assertThat(partly.body()).containsKeys("data", "errors");
    }

    // "If the request uses an unsupported HTTP method, status code 405 SHOULD be used." "The Allow header MUST be
    // specified, as required by RFC9110."
    @Test
    void other_methods_are_405_with_allow() {
        for (String method : new String[] {"PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "QUERY"}) {
            Answer answer = send(request(JSON, GRAPHQL).method(method, BodyPublishers.noBody()));
            assertThat(answer.status()).as(method).isEqualTo(405);
            assertThat(answer.headers().firstValue("Allow").orElse("").split(","))
                    .as(method)
                    .containsExactlyInAnyOrder("GET", "POST");
        }
    }

    // "If the size of the URI was too large, status code 414 SHOULD be used."
    @Test
    void an_enormous_address_is_414() {
        assertThat(get(Map.of("query", "{ __typename }", "x", "a".repeat(70_000)))
                        .status())
                .isEqualTo(414);
    }

    // "If the size of the request headers (or any one header) was too large, status code 431 SHOULD be used."
    @Test
    void enormous_headers_are_431() {
        Answer answer = send(
                request(JSON, GRAPHQL).header("X-Much", "a".repeat(20_000)).POST(BodyPublishers.ofString(TYPENAME)));
        assertThat(answer.status()).isEqualTo(431);
    }

    // "If the size of the POST request body was too large, status code 413 SHOULD be used."
    @Test
    void an_enormous_body_is_413() {
        Answer answer = post(json("query", "{ __typename } #" + "x".repeat(2 * 1024 * 1024)), JSON, GRAPHQL);
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.code()).isEqualTo("LIMIT_EXCEEDED");
    }

    // "If the JSON body of the request could not be parsed, status code 400 SHOULD be used."
    @Test
    void a_body_that_is_no_json_is_400() {
        for (String body : new String[] {"NONSENSE", "{\"query\":", "", " ", "{'query': 1}", TYPENAME + " and more"}) {
            assertThat(post(body, JSON, GRAPHQL).status()).as(body).isEqualTo(400);
        }
    }

    // "If the GraphQL document in the request cannot be parsed, status code 400 SHOULD be used."
    @Test
    void a_document_that_does_not_parse_is_400() {
        Answer answer = post("{\"query\": \"{\"}", JSON, GRAPHQL);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).containsOnlyKeys("errors");
        assertThat(post("{\"query\": \"\"}", JSON, GRAPHQL).status()).isEqualTo(400);
    }

    // "If the request does not pass GraphQL validation, status code 422 SHOULD be used."
    @Test
    void a_document_that_is_not_valid_is_422() {
        Answer answer = post("{\"query\": \"{ unknown }\"}", JSON, GRAPHQL);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.body()).containsOnlyKeys("errors");
    }

    // "If the operation to execute cannot be unambiguously determined, status code 422 SHOULD be used."
    @Test
    void an_operation_that_cannot_be_determined_is_422() {
        String two = "query A { __typename } query B { __typename }";
        for (String body : new String[] {
            json("query", two),
            json("query", two, "operationName", "C"),
            json("query", "{ __typename }", "operationName", "A"),
            json("query", "fragment F on Query { __typename }")
        }) {
            assertThat(post(body, JSON, GRAPHQL).status()).as(body).isEqualTo(422);
        }
        assertThat(post(json("query", two, "operationName", "B"), JSON, GRAPHQL).status())
                .isEqualTo(200);
    }

    // "If the variable values cannot be coerced to match the operation's variable definitions, status code 422 SHOULD
    // be
    // used."
    @Test
    void variables_that_cannot_be_coerced_are_422() {
        for (String variables : new String[] {"{}", "{\"s\": null}", "{\"s\": [1]}", "{\"s\": 7}"}) {
            Answer answer = post(
                    "{\"query\": \"query ($s: String!) { organization(slug: $s) { id } }\", \"variables\": " + variables
                            + "}",
                    JSON,
                    GRAPHQL);
            assertThat(answer.status()).as(variables).isEqualTo(422);
            assertThat(answer.argument()).isEqualTo("s");
            assertThat(answer.body()).containsOnlyKeys("errors");
        }
    }

    // "If the client is not permitted to issue the GraphQL request, then the server SHOULD reply with 401, 403 or
    // similar."
    @Test
    void who_does_not_say_who_they_are_gets_401() {
        Answer answer = api.bearer(null).post(TYPENAME);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo("UNAUTHENTICATED");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    }

    // "This decision SHOULD NOT be based on the contents of a well-formed GraphQL-over-HTTP request."
    @Test
    void what_is_forbidden_is_found_out_while_executing() {
        Answer answer = post("{\"query\": \"{ system { version } }\"}", JSON, GRAPHQL);
        assertThat(answer.status()).isEqualTo(294);
        assertThat(answer.code()).isEqualTo("FORBIDDEN");
    }

    private @Nullable Object organization(String slug) {
        return api.as("http@spec.example")
                .ask("query ($slug: String!) { organization(slug: $slug) { id } }", Map.of("slug", slug))
                .succeeded()
                .at("organization");
    }

    private Answer post(String body, @Nullable String contentType, @Nullable String accept) {
        return send(request(contentType, accept).POST(BodyPublishers.ofString(body)));
    }

    private Answer get(Map<String, String> parameters) {
        var query = new StringBuilder("/graphql?");
        parameters.forEach((name, value) -> query.append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8))
                .append('&'));
        return send(api.as("http@spec.example")
                .request(query.toString())
                .header("Accept", GRAPHQL)
                .GET());
    }

    private HttpRequest.Builder request(@Nullable String contentType, @Nullable String accept) {
        var request = api.as("http@spec.example").request("/graphql");
        if (contentType != null) {
            request.header("Content-Type", contentType);
        }
        if (accept != null) {
            request.header("Accept", accept);
        }
        return request;
    }

    private Answer send(HttpRequest.Builder request) {
        return api.send(request.build());
    }

    private static String type(Answer answer) {
        return answer.headers().firstValue("Content-Type").orElse("none");
    }

    /** A JSON object of strings that need no escape but of quotes. */
    private static String json(String... namesAndValues) {
        Map<String, String> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put("\"" + namesAndValues[i] + "\"", "\"" + namesAndValues[i + 1].replace("\"", "\\\"") + "\"");
        }
        return object.toString().replace("\"=\"", "\": \"");
    }
}
