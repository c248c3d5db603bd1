package dev.pulsegraph.hostile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Bodies that are not what they seem, and bodies that nobody should take. */
final class BodyAttacks {
    private static final String[] GZIP = {"Content-Encoding", "gzip"};

    private BodyAttacks() {}

    static Stream<Attack> all() {
        List<Target> targets = List.of(
                new Target("/v1/metrics", "write", "text/csv"),
                new Target("/v1/embeddings", "write", "application/x-ndjson"),
                new Target("/v1/batch", "ingest", "application/json"),
                new Target("/v1/track", "ingest", "application/json"),
                new Target("/graphql", "read", "application/json"));
        byte[] newlines = Gzip.members(Gzip.bomb('\n', 50), 10);
        List<byte[]> broken = List.of(
                Gzip.members(Gzip.of(new byte[0]), 10_000),
                Gzip.members(Gzip.of(new byte[0]), 100_000),
                Arrays.copyOf(Gzip.bomb('x', 1), 500),
                "no gzip at all".getBytes(StandardCharsets.UTF_8));
        byte[] bomb = Gzip.bomb('{', 200);
        return Stream.of(
                Attack.of(
                                "sends gzip of nothing, ten thousand times over",
                                (attacker, turn) -> targets.get(turn % targets.size())
                                        .send(attacker, broken.get(turn / targets.size() % broken.size()), GZIP))
                        .within(5)
                        .answered("413 LIMIT_EXCEEDED", "429 RATE_LIMITED")
                        .orRather("400 BAD_USER_INPUT"),
                Attack.of(
                                "sends bombs of gzip",
                                (attacker, turn) ->
                                        targets.get(turn % targets.size()).send(attacker, bomb, GZIP))
                        .within(5)
                        // Where lines are read, each is too long by itself.
                        .answered("200 [A-Z_]+", "429 RATE_LIMITED", "(400|422) [A-Z_]+")
                        .orRather("413 LIMIT_EXCEEDED"),
                Attack.of(
                                "sends half a gigabyte of empty lines",
                                (attacker, turn) -> new Target(
                                                turn % 2 == 0 ? "/v1/metrics" : "/v1/embeddings",
                                                "write",
                                                "application/x-ndjson")
                                        .send(attacker, newlines, GZIP))
                        .by(2)
                        .lasting(6)
                        .orRather("429 RATE_LIMITED", "(413|422) LIMIT_EXCEEDED"),
                Attack.of("announces half a gigabyte without the right to send any", BodyAttacks::announce)
                        .by(16)
                        .within(3)
                        .answered("404 NOT_FOUND", "429 RATE_LIMITED")
                        .orRather("403 FORBIDDEN"));
    }

    /** Only the head is sent: what may not be sent is refused before it is. */
    private static Reply announce(Attacker attacker, int turn) throws IOException {
        try (Wire wire = Wire.open(attacker)) {
            return wire.send("""
                            POST /v1/metrics%s HTTP/1.1
                            Host: localhost
                            Authorization: Bearer %s
                            Content-Type: text/csv
                            Content-Length: 500000000

                            """.formatted(
                                    turn % 2 == 0 ? "" : "?organization=" + attacker.slug(), attacker.key("ingest")))
                    .reply();
        }
    }

    /** Where a body goes, with which right and as what. */
    private record Target(String path, String scope, String type) {
        Reply send(Attacker attacker, byte[] body, String... headers) throws InterruptedException {
            return attacker.post(path, attacker.key(scope), type, body, headers);
        }
    }
}
