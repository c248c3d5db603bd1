package dev.pulsegraph.hostile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/** Connections that are opened and then held: by what is not sent, and by what is not read. */
final class ConnectionAttacks {
    /** As long as the server takes to end each of them, and a little more. */
    private static final Duration HEADS = Duration.ofSeconds(15);

    private static final Duration BODIES = Duration.ofSeconds(25);
    private static final int SILENT = 2 * 1024 * 1024;
    /** Blanks before a body that never begins; the same for all, since the test has to live beside the server. */
    private static final byte[] BLANKS = " ".repeat(SILENT).getBytes(StandardCharsets.UTF_8);

    private ConnectionAttacks() {}

    static Stream<Attack> all() {
        return Stream.of(
                Attack.of("leaves two thousand heads unfinished", (attacker, turn) -> {
                            try (Wire wire = Wire.open(attacker)) {
                                return wire.send("POST /graphql HTTP/1.1\nHost: localhost\nX-Half: ")
                                        .reply();
                            }
                        })
                        .by(2000)
                        .lasting(0)
                        .within((int) HEADS.toSeconds())
                        .answered("408 TIMEOUT")
                        .orRather(Reply.CLOSED, "408.*"),
                Attack.of(
                                "opens 512 bodies of events by invented keys",
                                (attacker, turn) -> body(attacker, "/v1/page", "pgk_invented" + turn, 500_000, 1))
                        .by(512)
                        .lasting(0)
                        .within((int) BODIES.toSeconds())
                        .answered("408 TIMEOUT", "429 RATE_LIMITED", "401 UNAUTHENTICATED", Reply.CLOSED),
                Attack.of(
                                "opens 512 bodies of events by a good key",
                                (attacker, turn) -> body(attacker, "/v1/page", attacker.key("ingest"), 500_000, 1))
                        .by(512)
                        .lasting(0)
                        .within((int) BODIES.toSeconds())
                        .answered("408 TIMEOUT", "429 RATE_LIMITED", Reply.CLOSED),
                Attack.of(
                                "stops before the last byte of two hundred large questions of nobody",
                                (attacker, turn) -> body(
                                        attacker,
                                        "/graphql",
                                        turn % 2 == 0 ? "nonsense" : "pgk_invented",
                                        SILENT,
                                        SILENT - 1))
                        .by(200)
                        .lasting(0)
                        .within((int) BODIES.toSeconds())
                        .answered(
                                "408 TIMEOUT",
                                "401 UNAUTHENTICATED",
                                "429 RATE_LIMITED",
                                "503 UNAVAILABLE",
                                Reply.CLOSED),
                Attack.of(
                                "stops before the last byte of two hundred large questions",
                                (attacker, turn) -> body(attacker, "/graphql", attacker.token(), SILENT, SILENT - 1))
                        .by(200)
                        .lasting(0)
                        .within((int) BODIES.toSeconds())
                        .answered("408 TIMEOUT", "429 RATE_LIMITED", "503 UNAVAILABLE", Reply.CLOSED),
                Attack.of("reads nothing of two hundred large answers", ConnectionAttacks::unread)
                        .having(QuestionAttacks::addTexts)
                        .by(200)
                        .lasting(0)
                        .within(60)
                        .answered("429 RATE_LIMITED", "503 UNAVAILABLE", "422 LIMIT_EXCEEDED")
                        .orRather(Reply.CLOSED));
    }

    private static Reply body(Attacker attacker, String path, String bearer, int announced, int sent)
            throws IOException {
        try (Wire wire = Wire.open(attacker)) {
            wire.send("""
                    POST %s HTTP/1.1
                    Host: localhost
                    Authorization: Bearer %s
                    Content-Type: application/json
                    Content-Length: %d

                    """.formatted(path, bearer, announced));
            try {
                wire.send(BLANKS, sent);
            } catch (IOException refusedMeanwhile) {
                // The answer may be there all the same.
            }
            return wire.reply();
        }
    }

    private static Reply unread(Attacker attacker, int turn) throws IOException, InterruptedException {
        String question =
                attacker.filled("{ organization(slug: \"$slug\") { posts(first: 20) { nodes { content } } } }");
        byte[] body = attacker.world().json().line(Map.of("query", question)).getBytes(StandardCharsets.UTF_8);
        try (Wire wire = Wire.open(attacker)) {
            wire.send("""
                            POST /graphql HTTP/1.1
                            Host: localhost
                            Authorization: Bearer %s
                            Content-Type: application/json
                            Content-Length: %d

                            """.formatted(attacker.token(), body.length)).send(body);
            return wire.unread(attacker.timeout().minusSeconds(1));
        }
    }
}
