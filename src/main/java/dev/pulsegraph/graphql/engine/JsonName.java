package dev.pulsegraph.graphql.engine;

import java.nio.charset.StandardCharsets;

/** The name of a field as it is written: in quotes, and with the colon. */
final class JsonName {
    private final byte[] bytes;

    /** @param name one of GraphQL, which has nothing to escape */
    JsonName(String name) {
        bytes = ('"' + name + "\":").getBytes(StandardCharsets.US_ASCII);
    }

    void writeTo(JsonBuffer out) {
        out.raw(bytes, bytes.length);
    }
}
