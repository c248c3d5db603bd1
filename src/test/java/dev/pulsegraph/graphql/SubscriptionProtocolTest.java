package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.demo.Demo;
import dev.pulsegraph.security.Tokens;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.GraphQLSocket;
import dev.pulsegraph.support.Json;
import dev.pulsegraph.support.RawSocket;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Property;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The protocol graphql-transport-ws (PROTOCOL.md of graphql-ws), statement by statement, with tight bounds. */
@MicronautTest(transactional = false)
@Property(name = "test.ticks", value = "true")
@Property(name = "pulsegraph.jwt.leeway", value = "0s")
@Property(name = "pulsegraph.graphql.socket.init-timeout", value = "1500ms")
@Property(name = "pulsegraph.graphql.socket.keep-alive", value = "700ms")
@Property(name = "pulsegraph.graphql.socket.slow-consumer", value = "1s")
@Property(name = "pulsegraph.graphql.socket.max-connections", value = "3")
@Property(name = "pulsegraph.graphql.socket.max-operations", value = "4")
@Property(name = "pulsegraph.graphql.socket.max-message-bytes", value = "4096")
class SubscriptionProtocolTest {
    private static final String INIT = "{\"type\":\"connection_init\"}";
    private static final Duration MOMENT = Duration.ofMillis(500);

    @Inject
    Api api;

    @Inject
    Json json;

    @Inject
    Fixtures fixtures;

    @Inject
    Tokens tokens;

    @Inject
    EmbeddedServer server;

    private Api.As somebody;

    @BeforeEach
    void somebodyNew() {
        somebody = api.as(Fixtures.unique("somebody") + "@spec.example");
    }

    // ---- ConnectionInit, ConnectionAck

    @ParameterizedTest
    @CsvSource({"Authorization, 'Bearer '", "authorization, 'bearer '", "token, ''"})
    void a_token_is_taken_from_the_payload(String name, String before) {
        try (var socket = GraphQLSocket.open(api, json)) {
            socket.init(Map.of(name, before + somebody.bearer()));
            assertThat(socket.expect("connection_ack").text()).isEqualTo("{\"type\":\"connection_ack\"}");
        }
    }

    @Test
    void a_token_is_taken_from_the_handshake() {
        try (var socket = GraphQLSocket.open(api, json, "Bearer " + somebody.bearer(), "graphql-transport-ws")) {
            socket.send(INIT);
            socket.expect("connection_ack");
        }
    }

    @Test
    void a_token_in_the_payload_counts_more_than_that_of_the_handshake() {
        try (var socket = GraphQLSocket.open(api, json, "Bearer nonsense", "graphql-transport-ws")) {
            socket.init(Map.of("token", String.valueOf(somebody.bearer())));
            socket.expect("connection_ack");
        }
    }

    @Test
    void a_key_is_taken_too() {
        Fixtures.Team team = fixtures.team();
        try (var socket = GraphQLSocket.ready(json, api.bearer(team.apiKey("READ")))) {
            socket.subscribe("1", "{ organization(slug: \"" + team.slug() + "\") { name } }");
            assertThat(socket.expect("next").at("payload.data.organization.name"))
                    .isEqualTo("A team");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                INIT,
                "{\"type\":\"connection_init\",\"payload\":{\"token\":\"nonsense\"}}",
                "{\"type\":\"connection_init\",\"payload\":{\"Authorization\":\"Basic Zm9v\"}}",
                "{\"type\":\"connection_init\",\"payload\":{\"Authorization\":7}}",
                "{\"type\":\"connection_init\",\"payload\":{\"token\":\"pgk_nobodys\"}}"
            })
    void who_does_not_say_who_they_are_is_refused_with_4403(String init) {
        try (var socket = GraphQLSocket.open(api, json)) {
            socket.send(init);
            assertThat(socket.awaitClose().code()).isEqualTo(4403);
        }
    }

    @Test
    void who_says_nothing_is_closed_with_4408() {
        try (var socket = GraphQLSocket.open(api, json)) {
            assertThat(socket.awaitClose())
                    .isEqualTo(new GraphQLSocket.Closed(4408, "Connection initialisation timeout"));
        }
    }

    @Test
    void a_second_init_is_closed_with_4429() {
        try (var socket = GraphQLSocket.ready(json, somebody)) {
            socket.send(INIT);
            assertThat(socket.awaitClose())
                    .isEqualTo(new GraphQLSocket.Closed(4429, "Too many initialisation requests"));
        }
        try (var socket = GraphQLSocket.open(api, json)) {
            socket.init(Map.of("token", String.valueOf(somebody.bearer())));
            socket.send(INIT);
            assertThat(socket.awaitClose().code()).isEqualTo(4429);
        }
    }

    @Test
    void a_token_that_expires_ends_the_connection() {
        String email = Fixtures.unique("shortly") + "@spec.example";
        String token = tokens.issue(Demo.idOf(email), null, email, false, Duration.ofSeconds(2));
        try (var socket = GraphQLSocket.ready(json, api.bearer(token))) {
            socket.subscribe("1", "{ viewer { user { email } } }");
            socket.expect("next");
            assertThat(socket.awaitClose()).isEqualTo(new GraphQLSocket.Closed(4403, "The token expired"));
        }
    }

    // ---- Subprotocol

    @Test
    void a_client_of_another_protocol_is_closed_with_4406() {
        try (var socket = GraphQLSocket.open(api, json, null, "graphql-ws")) {
            assertThat(socket.awaitClose()).isEqualTo(new GraphQLSocket.Closed(4406, "Subprotocol not acceptable"));
        }
        try (var socket = GraphQLSocket.open(api, json, null)) {
            assertThat(socket.awaitClose().code()).isEqualTo(4406);
        }
    }

    @Test
    void a_client_may_speak_several_protocols() {
        try (var socket = GraphQLSocket.open(api, json, null, "graphql-ws", "graphql-transport-ws")) {
            socket.init(Map.of("token", String.valueOf(somebody.bearer())));
            socket.expect("connection_ack");
        }
    }

    @Test
    void nothing_is_compressed() throws IOException {
        try (var socket = RawSocket.open(server.getURI(), Map.of("Sec-WebSocket-Extensions", "permessage-deflate"))) {
            assertThat(socket.handshake())
                    .contains(" 101 ")
                    .containsIgnoringCase("sec-websocket-protocol: graphql-transport-ws")
                    .doesNotContainIgnoringCase("sec-websocket-extensions");
        }
    }

    // ---- Ping, Pong

    @Test
    void a_ping_is_answered_at_any_time() {
        try (var socket = GraphQLSocket.open(api, json)) {
            socket.send("{\"type\":\"ping\"}");
            assertThat(socket.expect("pong").text()).isEqualTo("{\"type\":\"pong\"}");
            socket.init(Map.of("token", String.valueOf(somebody.bearer())));
            socket.expect("connection_ack");
            socket.send("{\"type\":\"ping\",\"payload\":{\"any\":\"thing\"}}");
            socket.expect("pong");
            socket.send("{\"type\":\"pong\"}");
            socket.send("{\"type\":\"pong\",\"payload\":{\"un\":\"asked\"}}");
            assertThat(socket.during(MOMENT)).isEmpty();
            assertThat(socket.isClosed()).isFalse();
        }
    }

    @Test
    void a_ping_of_websocket_is_answered_with_what_it_says() throws IOException {
        try (var socket = RawSocket.open(server.getURI(), Map.of())) {
            socket.frame(true, RawSocket.PING, new byte[] {1, 2, 3});
            RawSocket.Frame pong = socket.read();
            assertThat(pong.kind()).isEqualTo(RawSocket.PONG);
            assertThat(pong.content()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void a_client_that_answers_pings_stays() {
        try (var socket = GraphQLSocket.ready(json, somebody)) {
            assertThat(socket.during(Duration.ofMillis(2500))).isEmpty();
            assertThat(socket.isClosed()).isFalse();
        }
    }

    @Test
    void a_client_that_is_gone_without_a_word_is_given_up() throws IOException {
        try (var socket = RawSocket.open(server.getURI(), Map.of())) {
            socket.text(init());
            assertThat(socket.read().text()).contains("connection_ack");
            assertThat(socket.read().kind()).isEqualTo(RawSocket.PING);
            assertThat(socket.awaitClose()).isEqualTo(1006);
        }
    }

    // ---- Subscribe, Next, Error, Complete

    @Test
    void nothing_is_run_before_the_acknowledgement() {
        try (var socket = GraphQLSocket.open(api, json)) {
            socket.subscribe("1", "{ __typename }");
            assertThat(socket.awaitClose()).isEqualTo(new GraphQLSocket.Closed(4401, "Unauthorized"));
        }
    }

    @Test
    void a_query_is_answered_once_and_its_id_is_free_again() {
        try (var socket = GraphQLSocket.ready(json, somebody)) {
            for (int i = 0; i < 3; i++) {
                socket.subscribe(
                        "same", "query ($s: String!) { organization(slug: $s) { id } }", Map.of("s", "nowhere"));
                assertThat(socket.expect("next").text())
                        .isEqualTo(
                                "{\"id\":\"same\",\"type\":\"next\",\"payload\":{\"data\":{\"organization\":null}}}");
                assertThat(socket.expect("complete").text()).isEqualTo("{\"id\":\"same\",\"type\":\"complete\"}");
            }
        }
    }

    @Test
    void a_mutation_is_run_and_what_fails_of_it_is_undone() {
        String slug = Fixtures.unique("by-socket");
        String mutation =
                "mutation ($s: String!) { createOrganization(input: { name: \"X\", slug: $s }) { organization { slug } } }";
        try (var socket = GraphQLSocket.ready(json, somebody)) {
            socket.subscribe("1", mutation, Map.of("s", slug));
            assertThat(socket.expect("next").at("payload.data.createOrganization.organization.slug"))
                    .isEqualTo(slug);
            socket.expect("complete");
            socket.subscribe("2", mutation, Map.of("s", slug));
            GraphQLSocket.Message refused = socket.expect("next");
            assertThat(refused.at("payload.errors.0.extensions.code")).isEqualTo("CONFLICT");
            assertThat(refused.at("payload.data")).isNull();
            socket.expect("complete");
        }
        assertThat(somebody.ask("{ organization(slug: \"" + slug + "\") { slug } }")
                        .text("organization.slug"))
                .isEqualTo(slug);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ nonsense | BAD_USER_INPUT",
                "{ nonsense } | BAD_USER_INPUT",
                "query A { __typename } query B { __typename } | BAD_USER_INPUT",
                "subscription { tick(organization: \"nonsense\") { number } } | BAD_USER_INPUT",
                "subscription { a: tick(organization: \"x\") { number } b: tick(organization: \"x\") { number } } | BAD_USER_INPUT",
                "subscription { __typename } | BAD_USER_INPUT",
                "{ viewer { organizations { nodes { members { nodes { organization { members { nodes { organization { members { nodes { organization { id } } } } } } } } } } } } } | LIMIT_EXCEEDED"
            })
    void what_cannot_be_run_is_told_by_an_error_and_no_complete(String query, String code) {
        try (var socket = GraphQLSocket.ready(json, somebody)) {
            socket.subscribe("1", query);
            GraphQLSocket.Message error = socket.expect("error");
            assertThat(error.id()).isEqualTo("1");
            assertThat(error.at("payload.0.extensions.code")).as(error.text()).isEqualTo(code);
            assertThat(socket.during(MOMENT)).isEmpty();
            socket.subscribe("1", "{ __typename }");
            socket.expect("next");
        }
    }

    @Test
    void an_id_in_use_is_closed_with_4409() {
        try (var socket = GraphQLSocket.ready(json, fixtures.team().asOwner())) {
            socket.subscribe("a", tick(fixtures.team()));
            socket.subscribe("a", "{ __typename }");
            assertThat(socket.awaitClose())
                    .isEqualTo(new GraphQLSocket.Closed(4409, "Subscriber for a already exists"));
        }
    }

    @Test
    void a_subscription_ends_when_the_client_completes_it() {
        Fixtures.Team team = fixtures.team();
        try (var socket = GraphQLSocket.ready(json, team.asOwner())) {
            socket.subscribe("a", tick(team));
            socket.expect("next");
            socket.complete("a");
            socket.complete("a");
            socket.complete("never begun");
            socket.subscribe("a", tick(team));
            socket.expect("next");
            assertThat(socket.isClosed()).isFalse();
        }
    }

    // ---- Invalid messages

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "[]",
                "{}",
                "null",
                "{\"type\":\"nonsense\"}",
                "{\"type\":7}",
                "{\"type\":\"ping\"} {\"type\":\"ping\"}",
                "{\"type\":\"ping\",\"type\":\"pong\"}",
                "{\"type\":\"ping\",\"payload\":7}",
                "{\"type\":\"connection_init\",\"payload\":\"text\"}",
                "{\"type\":\"connection_ack\"}",
                "{\"type\":\"next\",\"id\":\"1\",\"payload\":{}}",
                "{\"type\":\"start\",\"id\":\"1\",\"payload\":{\"query\":\"{ __typename }\"}}",
                "{\"type\":\"subscribe\",\"payload\":{\"query\":\"{ __typename }\"}}",
                "{\"type\":\"subscribe\",\"id\":\"\",\"payload\":{\"query\":\"{ __typename }\"}}",
                "{\"type\":\"subscribe\",\"id\":1,\"payload\":{\"query\":\"{ __typename }\"}}",
                "{\"type\":\"subscribe\",\"id\":\"1\"}",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"query\":7}}",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"query\":\"{ __typename }\",\"variables\":[]}}",
                "{\"type\":\"complete\"}"
            })
    void what_is_no_message_is_closed_with_4400(String message) {
        try (var socket = GraphQLSocket.open(api, json)) {
            socket.send(message);
            GraphQLSocket.Closed closed = socket.awaitClose();
            assertThat(closed.code()).isEqualTo(4400);
            assertThat(closed.reason()).isNotBlank();
        }
    }

    @Test
    void bytes_are_no_message() {
        try (var socket = GraphQLSocket.open(api, json)) {
            socket.sendBinary("{\"type\":\"ping\"}".getBytes(StandardCharsets.UTF_8));
            assertThat(socket.awaitClose().code()).isEqualTo(4400);
        }
    }

    @Test
    void what_is_not_utf_8_is_closed_with_1007() throws IOException {
        try (var socket = RawSocket.open(server.getURI(), Map.of())) {
            socket.frame(true, RawSocket.TEXT, new byte[] {'"', (byte) 0xc3, (byte) 0x28, '"'});
            assertThat(socket.awaitClose()).isEqualTo(1007);
        }
    }

    @Test
    void a_message_is_bounded_in_one_frame_and_in_many() {
        String large = "{\"type\":\"ping\",\"payload\":{\"x\":\"" + "x".repeat(4096) + "\"}}";
        try (var socket = GraphQLSocket.open(api, json)) {
            socket.send(large);
            assertThat(socket.awaitClose().code()).isEqualTo(1009);
        }
        try (var socket = GraphQLSocket.open(api, json)) {
            socket.sendInPieces(large, 1000);
            assertThat(socket.awaitClose().code()).isEqualTo(1009);
        }
        try (var socket = GraphQLSocket.open(api, json)) {
            socket.sendInPieces("{\"type\":\"ping\",\"payload\":{\"x\":\"" + "é".repeat(1000) + "\"}}", 100);
            socket.expect("pong");
        }
    }

    // ---- Bounds

    @Test
    void a_connection_has_only_so_many_operations_at_once() {
        Fixtures.Team team = fixtures.team();
        try (var socket = GraphQLSocket.ready(json, team.asOwner())) {
            for (int i = 0; i < 4; i++) {
                socket.subscribe("s" + i, tick(team));
                socket.expect("next");
            }
            socket.subscribe("more", tick(team));
            GraphQLSocket.Message error = socket.expect("error");
            assertThat(error.id()).isEqualTo("more");
            assertThat(error.at("payload.0.extensions.code")).isEqualTo("LIMIT_EXCEEDED");
            socket.complete("s0");
            socket.subscribe("more", tick(team));
            assertThat(socket.expect("next").id()).isEqualTo("more");
        }
    }

    @Test
    void a_caller_has_only_so_many_connections() {
        List<GraphQLSocket> three = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            three.add(GraphQLSocket.ready(json, somebody));
        }
        try (var fourth = GraphQLSocket.open(api, json)) {
            fourth.init(Map.of("token", String.valueOf(somebody.bearer())));
            assertThat(fourth.awaitClose().code()).isEqualTo(1013);
        }
        try (var other = GraphQLSocket.ready(json, api.as(Fixtures.unique("other") + "@spec.example"))) {
            assertThat(other.isClosed()).isFalse();
        }
        three.getFirst().bye();
        GraphQLSocket.ready(json, somebody).close();
        three.forEach(GraphQLSocket::close);
    }

    // ---- The end

    @Test
    void a_client_that_says_good_bye_is_answered() {
        try (var socket = GraphQLSocket.ready(json, somebody)) {
            assertThat(socket.bye().code()).isEqualTo(1000);
        }
    }

    @Test
    void a_server_that_stops_says_so() {
        var stopping = ApplicationContext.run(EmbeddedServer.class, Map.of(), "test");
        Api there = stopping.getApplicationContext().getBean(Api.class);
        try (var socket = GraphQLSocket.ready(json, there.as("somebody@spec.example"))) {
            stopping.getApplicationContext().close();
            assertThat(socket.awaitClose()).isEqualTo(new GraphQLSocket.Closed(1001, "The server stops"));
        }
    }

    // ---- Beside HTTP

    @Test
    void a_subscription_over_http_is_told_where_to_go() {
        Answer posted = somebody.posted(json.line(Map.of("query", tick(fixtures.team()))));
        assertThat(posted.failed("BAD_USER_INPUT").message()).contains("graphql-transport-ws");
        assertThat(posted.status()).isEqualTo(422);
    }

    @Test
    void queries_by_get_still_come_to_the_same_address() {
        HttpRequest get =
                somebody.request("/graphql?query=%7B__typename%7D").GET().build();
        assertThat(api.send(get).text("__typename")).isEqualTo("Query");
    }

    private static String tick(Fixtures.Team team) {
        return "subscription { tick(organization: \"" + team.id() + "\") { number } }";
    }

    private String init() {
        return "{\"type\":\"connection_init\",\"payload\":{\"token\":\"" + somebody.bearer() + "\"}}";
    }
}
