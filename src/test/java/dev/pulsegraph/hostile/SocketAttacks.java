package dev.pulsegraph.hostile;

import dev.pulsegraph.support.GraphQLSocket;
import dev.pulsegraph.support.RawSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/** WebSockets that are opened and say nothing, too much, or always the same. */
final class SocketAttacks {
    private static final int SUBSCRIPTIONS = 50;
    private static final int FRAMES = 100_000;
    private static final Duration WATCHED = Duration.ofSeconds(6);
    private static final byte[] NOTHING = {};

    private SocketAttacks() {}

    static Stream<Attack> all() {
        return Stream.of(
                Attack.of("opens five hundred sockets and says nothing", (attacker, turn) -> {
                            long begin = System.nanoTime();
                            try (var socket = RawSocket.open(attacker.world().uri("/"), Map.of())) {
                                return closed(socket.awaitClose(), begin);
                            }
                        })
                        .by(500)
                        .lasting(0)
                        .within(15)
                        .answered("closed 1006", "closed 1013")
                        .orRather("closed 4408"),
                Attack.of("sends messages of a hundred thousand empty frames", (attacker, turn) -> {
                            long begin = System.nanoTime();
                            try (var socket = RawSocket.open(attacker.world().uri("/"), Map.of())) {
                                socket.frame(false, RawSocket.TEXT, NOTHING);
                                for (int i = 0; i < FRAMES; i++) {
                                    socket.frame(false, 0, NOTHING);
                                }
                                return closed(socket.awaitClose(), begin);
                            } catch (IOException ended) {
                                return closed(1006, begin);
                            }
                        })
                        .within(15)
                        .answered("closed (1006|1002|1009|4400|4408|4413)"),
                Attack.of(
                                "subscribes thousands of times to what changes",
                                (attacker, turn) -> turn == 0 ? changing(attacker) : subscribed(attacker))
                        .by(50)
                        .lasting(0)
                        .within(30)
                        .answered("200", "next", "error", "closed 4429"));
    }

    /** Views, so that there is always something new to tell. */
    private static Reply changing(Attacker attacker) throws InterruptedException {
        Reply reply = null;
        for (long end = System.nanoTime() + WATCHED.toNanos(); reply == null || System.nanoTime() < end; ) {
            reply = attacker.post(
                    "/v1/page",
                    attacker.key("ingest"),
                    "application/json",
                    "{\"type\":\"page\",\"anonymousId\":\"" + UUID.randomUUID() + "\"}");
            Thread.sleep(100);
        }
        return reply;
    }

    private static Reply closed(int code, long begin) {
        return new Reply("closed " + code, "", 0, Reply.since(begin));
    }

    private static Reply subscribed(Attacker attacker) throws InterruptedException {
        long begin = System.nanoTime();
        try (var socket = GraphQLSocket.open(
                attacker.world().uri("/graphql"), attacker.world().json())) {
            socket.init(Map.of("Authorization", "Bearer " + attacker.token()));
            socket.expect("connection_ack");
            try {
                for (int i = 0; i < SUBSCRIPTIONS; i++) {
                    socket.subscribe(
                            Integer.toString(i),
                            "subscription ($id: ID!) { trafficUpdates(organization: $id) { visitors } }",
                            Map.of("id", attacker.id()));
                }
            } catch (CompletionException ended) {
                return closed(socket.awaitClose().code(), begin);
            }
            String kind = socket.during(WATCHED).stream()
                    .map(GraphQLSocket.Message::type)
                    .filter(type -> type.equals("next") || type.equals("error"))
                    .findFirst()
                    .orElse(Reply.SILENCE);
            return socket.isClosed()
                    ? closed(socket.awaitClose().code(), begin)
                    : new Reply(kind, "", 0, Reply.since(begin));
        }
    }
}
