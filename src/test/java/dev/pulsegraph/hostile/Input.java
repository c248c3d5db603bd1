package dev.pulsegraph.hostile;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * What is sent to a server.
 *
 * @param path an address of HTTP, or {@link #SOCKET}
 * @param type the type of the body
 * @param zipped whether it is sent with {@code Content-Encoding: gzip}
 * @param body the bytes as they go over the wire
 */
@SuppressWarnings("ArrayRecordComponent")
record Input(String path, String type, boolean zipped, byte[] body) {
    /** The body is a line a message of a WebSocket, which is at {@code /graphql}. */
    static final String SOCKET = "socket";

    private static final String ENCODED = "base64:";

    static Input of(String path, String type, String body) {
        return new Input(path, type, false, body.getBytes(StandardCharsets.UTF_8));
    }

    Input with(byte[] other) {
        return new Input(path, type, zipped, other);
    }

    Input zipped(byte[] other) {
        return new Input(path, type, true, other);
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** A file that holds it: the address, the type, whether it is gzip, and the body, encoded where it is no text. */
    String written() {
        boolean isText = Arrays.equals(body, text().getBytes(StandardCharsets.UTF_8));
        return path + "\n" + type + "\n" + (zipped ? "gzip" : "identity") + "\n"
                + (isText ? text() : ENCODED + Base64.getEncoder().encodeToString(body));
    }

    static Input read(String file) {
        String[] parts = file.split("\n", 4);
        byte[] body = parts[3].startsWith(ENCODED)
                ? Base64.getDecoder()
                        .decode(parts[3].substring(ENCODED.length()).strip())
                : parts[3].getBytes(StandardCharsets.UTF_8);
        return new Input(parts[0], parts[1], parts[2].equals("gzip"), body);
    }
}
