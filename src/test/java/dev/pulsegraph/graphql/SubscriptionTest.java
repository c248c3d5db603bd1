package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.Changes;
import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.GraphQLSocket;
import dev.pulsegraph.support.Json;
import dev.pulsegraph.support.RawSocket;
import dev.pulsegraph.support.Superuser;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Property;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a subscription tells, to whom, how often, and what it holds for those who do not listen. */
@MicronautTest(transactional = false)
@Property(name = "test.ticks", value = "true")
class SubscriptionTest {
    private static final Map<String, Object> NODE = Map.of("test.ticks", true);
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Inject
    Api api;

    @Inject
    Json json;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Inject
    Changes changes;

    @Inject
    MeterRegistry meters;

    @Inject
    TickResolver ticks;

    private Fixtures.Team team;
    private UUID organization;
    private Connection signals;

    @BeforeEach
    void begin() throws SQLException {
        signals = superuser.connect();
        team = fixtures.team();
        organization = GlobalId.decode("id", team.id()).uuid();
    }

    @AfterEach
    void nothing_is_left_behind() throws SQLException {
        signals.close();
        await(() -> changes.watched() == 0);
        assertThat(gauge("gql.sockets")).isZero();
    }

    @Test
    void the_value_comes_at_once_and_again_when_it_changed() {
        try (var socket = subscribed(team.asOwner())) {
            assertThat(number(socket.expect("next"))).isZero();
            for (int i = 1; i <= 3; i++) {
                change(i);
                assertThat(number(socket.expect("next"))).isEqualTo(i);
            }
            bye(socket);
        }
    }

    @Test
    void a_change_that_changes_nothing_and_one_elsewhere_are_not_told() {
        Fixtures.Team other = fixtures.team();
        try (var socket = subscribed(team.asOwner())) {
            socket.expect("next");
            signal(organization);
            signal(GlobalId.decode("id", other.id()).uuid());
            assertThat(socket.during(SECOND.multipliedBy(3))).isEmpty();
            int reads = ticks.reads.get();
            signal(GlobalId.decode("id", other.id()).uuid());
            superuser.texts("select app.notify_change('other-topic', ?)", organization);
            assertThat(socket.during(SECOND.multipliedBy(2))).isEmpty();
            assertThat(ticks.reads.get()).isEqualTo(reads);
            bye(socket);
        }
    }

    @Test
    void what_cannot_be_read_as_ours_harms_nobody() {
        try (var socket = subscribed(team.asOwner())) {
            socket.expect("next");
            for (String payload :
                    new String[] {"", "tick", "tick nobody", "tick " + "x".repeat(36), " " + organization}) {
                superuser.texts("select pg_notify('pulsegraph_changes', ?)", payload);
            }
            change(1);
            assertThat(number(socket.expect("next"))).isEqualTo(1);
            bye(socket);
        }
    }

    @Test
    void a_thousand_changes_in_three_seconds_are_at_most_four_messages() {
        try (var socket = subscribed(team.asOwner())) {
            socket.expect("next");
            long begin = System.nanoTime();
            for (int i = 1; i <= 1000; i++) {
                change(i);
                while (System.nanoTime() - begin < i * 3_000_000L) {
                    Thread.onSpinWait();
                }
            }
            List<GraphQLSocket.Message> told = socket.during(SECOND.multipliedBy(2));
            assertThat(told).hasSizeBetween(2, 4);
            assertThat(number(told.getLast())).isEqualTo(1000);
            bye(socket);
        }
    }

    @Test
    void at_most_one_message_comes_a_second() {
        try (var socket = subscribed(team.asOwner())) {
            List<Long> times = new ArrayList<>();
            for (int i = 1; i <= 4; i++) {
                socket.expect("next");
                times.add(System.nanoTime());
                change(i);
            }
            for (int i = 1; i < times.size(); i++) {
                assertThat(Duration.ofNanos(times.get(i) - times.get(i - 1))).isGreaterThan(Duration.ofMillis(950));
            }
            bye(socket);
        }
    }

    @Test
    void a_stranger_is_refused_and_watches_nothing() {
        try (var socket = GraphQLSocket.ready(json, fixtures.team().asOwner())) {
            socket.subscribe("1", query());
            assertThat(socket.expect("error").at("payload.0.extensions.code")).isEqualTo("NOT_FOUND");
            String nobodys = query().replace(team.id(), GlobalId.encode("Organization", UUID.randomUUID()));
            socket.subscribe("1", nobodys);
            assertThat(socket.expect("error").at("payload.0.extensions.code")).isEqualTo("NOT_FOUND");
            await(() -> changes.watched() == 0);
            bye(socket);
        }
    }

    @Test
    void who_is_removed_is_told_so_and_no_more() {
        String email = Fixtures.unique("leaver") + "@spec.example";
        String membership = team.join(email, "VIEWER");
        try (var socket = subscribed(api.as(email))) {
            socket.expect("next");
            team.asOwner()
                    .ask(
                            "mutation ($id: ID!) { removeMember(input: { member: $id }) { __typename } }",
                            Map.of("id", membership))
                    .succeeded();
            change(1);
            GraphQLSocket.Message last = socket.expect("next");
            assertThat(last.at("payload.errors.0.extensions.code")).isEqualTo("NOT_FOUND");
            assertThat(last.at("payload.data")).isNull();
            socket.expect("complete");
            await(() -> changes.watched() == 0);
            bye(socket);
        }
    }

    @Test
    void a_key_that_is_revoked_ends_the_connection() {
        String secret = team.apiKey("READ");
        String key = team.asOwner()
                .ask("query ($s: String!) { organization(slug: $s) { apiKeys { id } } }", Map.of("s", team.slug()))
                .text("organization.apiKeys.0.id");
        try (var socket = subscribed(api.bearer(secret))) {
            socket.expect("next");
            team.asOwner()
                    .ask(
                            "mutation ($id: ID!) { revokeApiKey(input: { apiKey: $id }) { __typename } }",
                            Map.of("id", key))
                    .succeeded();
            change(1);
            assertThat(socket.awaitClose().code()).isEqualTo(4403);
        }
    }

    @Test
    void a_fault_in_part_of_a_value_is_told_with_the_rest() {
        try (var socket = GraphQLSocket.ready(json, team.asOwner())) {
            socket.subscribe("1", query().replace("number", "number fault"));
            GraphQLSocket.Message partly = socket.expect("next");
            assertThat(number(partly)).isZero();
            assertThat(partly.at("payload.errors.0.extensions.code")).isEqualTo("INTERNAL");
            bye(socket);
        }
    }

    @Test
    void its_cost_is_told_and_taken_like_that_of_any_operation() {
        try (var socket = GraphQLSocket.ready(json, team.asOwner())) {
            socket.send(Map.of(
                    "id",
                    "1",
                    "type",
                    "subscribe",
                    "payload",
                    Map.of("query", query(), "extensions", Map.of("cost", true))));
            assertThat(socket.expect("next").at("payload.extensions.cost.requested"))
                    .isEqualTo(1);
            signal(organization);
            assertThat(socket.during(SECOND.multipliedBy(2)))
                    .as("cost alone is no news")
                    .isEmpty();
            bye(socket);
        }
    }

    @Test
    void many_subscriptions_of_many_connections_all_hear() {
        List<GraphQLSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sockets.add(GraphQLSocket.ready(json, team.asOwner()));
            for (int j = 0; j < 20; j++) {
                sockets.getLast().subscribe("s" + j, query());
            }
        }
        for (GraphQLSocket socket : sockets) {
            for (int j = 0; j < 20; j++) {
                assertThat(number(socket.expect("next"))).isZero();
            }
        }
        assertThat(changes.watched()).isEqualTo(400);
        change(7);
        for (GraphQLSocket socket : sockets) {
            for (int j = 0; j < 20; j++) {
                assertThat(number(socket.expect("next"))).isEqualTo(7);
            }
        }
        sockets.forEach(this::bye);
    }

    @Test
    void every_node_hears_of_a_change_on_any() {
        try (var elsewhere = ApplicationContext.run(EmbeddedServer.class, NODE, "test")) {
            var node = elsewhere.getApplicationContext();
            try (var here = subscribed(team.asOwner());
                    var there = subscribed(node.getBean(Api.class).as(team.owner()))) {
                here.expect("next");
                there.expect("next");
                node.getBean(TickResolver.class).set(organization, 5);
                change(5);
                assertThat(number(here.expect("next"))).isEqualTo(5);
                assertThat(number(there.expect("next"))).isEqualTo(5);
                bye(here);
                bye(there);
            }
        }
    }

    @Test
    void after_the_listener_lost_its_connection_everybody_looks_again() {
        try (var socket = subscribed(team.asOwner())) {
            socket.expect("next");
            change(1);
            socket.expect("next");
            // Nobody is told of this one, because the connection is lost before.
            ticks.set(organization, 2);
            superuser.texts(
                    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pulsegraph changes'");
            assertThat(number(socket.expect("next"))).isEqualTo(2);
            change(3);
            assertThat(number(socket.expect("next"))).isEqualTo(3);
            bye(socket);
        }
    }

    @Test
    void a_node_listens_with_one_connection_however_many_subscribe() {
        try (var one = subscribed(team.asOwner());
                var two = subscribed(team.asOwner())) {
            one.expect("next");
            two.expect("next");
            change(1);
            one.expect("next");
            two.expect("next");
            assertThat(
                            superuser.texts(
                                    "select usename from pg_stat_activity where application_name = 'pulsegraph changes' and datname = current_database()"))
                    .isNotEmpty()
                    .allMatch(login -> login != null && login.contains("login"));
            bye(one);
            bye(two);
        }
    }

    /** Values of a megabyte, thirty times a second, to somebody who reads none of them. */
    @Test
    void who_does_not_read_holds_one_value_and_is_closed() throws IOException {
        Map<String, Object> hasty = Map.of(
                "test.ticks",
                true,
                "pulsegraph.graphql.socket.subscription-interval",
                "1ms",
                "pulsegraph.graphql.socket.slow-consumer",
                "4s");
        try (var server = ApplicationContext.run(EmbeddedServer.class, hasty, "test");
                var stuck = RawSocket.open(server.getURI(), Map.of())) {
            var node = server.getApplicationContext();
            var there = node.getBean(TickResolver.class);
            var unread = node.getBean(MeterRegistry.class);
            stuck.text("{\"type\":\"connection_init\",\"payload\":{\"token\":\""
                    + team.asOwner().bearer() + "\"}}");
            assertThat(stuck.read().text()).contains("connection_ack");
            stuck.text(
                    "{\"id\":\"1\",\"type\":\"subscribe\",\"payload\":{\"query\":\"subscription { tick(organization: \\\""
                            + team.id() + "\\\", size: 1000000) { number padding } }\"}}");
            assertThat(stuck.read().content()).hasSizeGreaterThan(1_000_000);
            double most = 0;
            int reads = there.reads.get();
            for (int i = 1; i <= 10_000; i++) {
                there.set(organization, i);
                signal(organization);
                most = Math.max(most, bytes(unread));
            }
            assertThat(most).as("bytes held, of 10 GB that would have been").isBetween(100_000.0, 2_500_000.0);
            assertThat(there.reads.get() - reads).as("values read for nobody").isLessThan(50);
            await(() -> gauge(unread, "gql.sockets") == 0);
            assertThat(node.getBean(Changes.class).watched()).isZero();
        }
    }

    /** Questions with large answers, of which none is read. */
    @Test
    void who_asks_and_does_not_read_is_not_asked_on() throws IOException {
        Map<String, Object> settings = Map.of("test.ticks", true, "pulsegraph.graphql.socket.slow-consumer", "3s");
        try (var server = ApplicationContext.run(EmbeddedServer.class, settings, "test");
                var stuck = RawSocket.open(server.getURI(), Map.of())) {
            var unread = server.getApplicationContext().getBean(MeterRegistry.class);
            stuck.text("{\"type\":\"connection_init\",\"payload\":{\"token\":\""
                    + team.asOwner().bearer() + "\"}}");
            assertThat(stuck.read().text()).contains("connection_ack");
            double most = 0;
            try {
                for (int i = 0; i < 200_000; i++) {
                    stuck.frame(true, RawSocket.PING, new byte[125]);
                    stuck.text(
                            "{\"id\":\"" + i
                                    + "\",\"type\":\"subscribe\",\"payload\":{\"query\":\"{ __schema { types { name description fields { name description } } } }\"}}");
                    most = Math.max(most, bytes(unread));
                }
            } catch (IOException closedByTheServer) {
                // which is what shall happen
            }
            await(() -> gauge(unread, "gql.sockets") == 0);
            assertThat(most).isBetween(1.0, 20_000_000.0);
        }
    }

    /** The same value again, once the client reads again. */
    @Test
    void who_reads_again_gets_the_newest_value() throws IOException {
        Map<String, Object> hasty =
                Map.of("test.ticks", true, "pulsegraph.graphql.socket.subscription-interval", "1ms");
        try (var server = ApplicationContext.run(EmbeddedServer.class, hasty, "test");
                var slow = RawSocket.open(server.getURI(), Map.of())) {
            var there = server.getApplicationContext().getBean(TickResolver.class);
            var unread = server.getApplicationContext().getBean(MeterRegistry.class);
            slow.text("{\"type\":\"connection_init\",\"payload\":{\"token\":\""
                    + team.asOwner().bearer() + "\"}}");
            assertThat(slow.read().text()).contains("connection_ack");
            slow.text(
                    "{\"id\":\"1\",\"type\":\"subscribe\",\"payload\":{\"query\":\"subscription { tick(organization: \\\""
                            + team.id() + "\\\", size: 1000000) { number padding } }\"}}");
            for (int i = 1; i <= 2000 || bytes(unread) == 0; i++) {
                there.set(organization, i);
                signal(organization);
            }
            there.set(organization, 77_777);
            signal(organization);
            int messages = 0;
            String text = "";
            while (!text.contains("\"number\":77777,")) {
                RawSocket.Frame frame = slow.read();
                if (frame.kind() == RawSocket.TEXT) {
                    text = frame.text().substring(0, 200);
                    messages++;
                } else if (frame.kind() == RawSocket.PING) {
                    slow.frame(true, RawSocket.PONG, frame.content());
                }
            }
            assertThat(messages)
                    .as("what fitted into the buffers of the systems between")
                    .isLessThan(100);
        }
    }

    private GraphQLSocket subscribed(Api.As somebody) {
        GraphQLSocket socket = GraphQLSocket.ready(json, somebody);
        socket.subscribe("1", query());
        return socket;
    }

    private String query() {
        return "subscription { tick(organization: \"" + team.id() + "\") { number } }";
    }

    private void change(int number) {
        ticks.set(organization, number);
        signal(organization);
    }

    private void signal(UUID changed) {
        try (var statement = signals.prepareStatement("select app.notify_change('tick', ?)")) {
            statement.setObject(1, changed);
            statement.execute();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void bye(GraphQLSocket socket) {
        assertThat(socket.bye().code()).isEqualTo(1000);
    }

    private static int number(GraphQLSocket.Message message) {
        return (Integer) Objects.requireNonNull(message.at("payload.data.tick.number"), message.text());
    }

    private double gauge(String name) {
        return gauge(meters, name);
    }

    private static double gauge(MeterRegistry registry, String name) {
        return registry.get(name).gauge().value();
    }

    private static double bytes(MeterRegistry registry) {
        return gauge(registry, "gql.sockets.unread");
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for too long").isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
