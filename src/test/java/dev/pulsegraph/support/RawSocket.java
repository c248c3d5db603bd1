package dev.pulsegraph.support;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A WebSocket by hand, for what no library would do: frames that are wrong, and a client that never reads. */
public final class RawSocket implements AutoCloseable {
    public static final int TEXT = 1;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;
    private final String handshake;

    private RawSocket(URI server, Map<String, String> headers) throws IOException {
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()));
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        var request = new StringBuilder("""
                GET /graphql HTTP/1.1
                Host: localhost
                Upgrade: websocket
                Connection: Upgrade
                Sec-WebSocket-Version: 13
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
                Sec-WebSocket-Protocol: graphql-transport-ws
                """.replace("\n", "\r\n"));
        headers.forEach(
                (name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
        out.write(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        var answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            answer.append((char) in.readUnsignedByte());
        }
        handshake = answer.toString();
    }

    public static RawSocket open(URI server, Map<String, String> headers) throws IOException {
        return new RawSocket(server, headers);
    }

    /** What the server answered to the request. */
    public String handshake() {
        return handshake;
    }

    public void text(String message) throws IOException {
        frame(true, TEXT, message.getBytes(StandardCharsets.UTF_8));
    }

    public void frame(boolean last, int kind, byte[] content) throws IOException {
        byte[] head;
        if (content.length < 126) {
            head = new byte[] {first(last, kind), (byte) (0x80 | content.length)};
        } else if (content.length < 65536) {
            head = new byte[] {
                first(last, kind), (byte) (0x80 | 126), (byte) (content.length >> 8), (byte) content.length
            };
        } else {
            head = new byte[] {
                first(last, kind),
                (byte) (0x80 | 127),
                0,
                0,
                0,
                0,
                (byte) (content.length >> 24),
                (byte) (content.length >> 16),
                (byte) (content.length >> 8),
                (byte) content.length
            };
        }
        byte[] whole = new byte[head.length + 4 + content.length];
        System.arraycopy(head, 0, whole, 0, head.length);
        // The mask may be zero.
        System.arraycopy(content, 0, whole, head.length + 4, content.length);
        out.write(whole);
        out.flush();
    }

    /** Bytes as they are, be they a frame or not. */
    public void bytes(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** Sends no more, and can still read. */
    public void end() throws IOException {
        socket.shutdownOutput();
    }

    private static byte first(boolean last, int kind) {
        return (byte) ((last ? 0x80 : 0) | kind);
    }

    /** The next frame of the server; an {@link java.io.EOFException} when it has closed. */
    public Frame read() throws IOException {
        int first = in.readUnsignedByte();
        long length = in.readUnsignedByte() & 0x7f;
        length = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
        byte[] content = new byte[(int) length];
        in.readFully(content);
        return new Frame(first & 0x0f, content);
    }

    /** Reads until the server has closed; answers the code it gave, and 1006 when it gave none. */
    public int awaitClose() {
        try {
            while (true) {
                Frame frame = read();
                if (frame.kind == CLOSE) {
                    return frame.content.length < 2
                            ? 1005
                            : ((frame.content[0] & 0xff) << 8) | (frame.content[1] & 0xff);
                }
            }
        } catch (IOException gone) {
            return 1006;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    @SuppressWarnings("ArrayRecordComponent")
    public record Frame(int kind, byte[] content) {
        public String text() {
            return new String(content, StandardCharsets.UTF_8);
        }
    }
}
