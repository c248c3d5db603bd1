package dev.pulsegraph.support;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A connection by hand, for what no client would do: requests that stop in the middle, and answers that nobody reads. */
public final class RawHttp implements AutoCloseable {
    private final Socket socket = new Socket();
    private final InputStream in;

    private RawHttp(URI server) throws IOException {
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()));
        in = new BufferedInputStream(socket.getInputStream());
    }

    public static RawHttp open(URI server) throws IOException {
        return new RawHttp(server);
    }

    /** The head of a POST, and what of its body is sent at once. */
    public static RawHttp post(URI address, String headers, String body) throws IOException {
        RawHttp connection = open(address);
        connection.send("POST " + address.getPath() + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body);
        return connection;
    }

    public void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    /** The next line of what the server says; "the end" after the last. */
    public String line() throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n') {
                return line.toString().stripTrailing();
            }
            line.append((char) c);
        }
        return line.isEmpty() ? "the end" : line.toString();
    }

    /** The status of the next answer. */
    public int status() throws IOException {
        String line = line();
        return line.startsWith("HTTP/1.1 ") ? Integer.parseInt(line.substring(9, 12)) : -1;
    }

    /** Whether there is an answer within a moment. */
    public boolean isAnswered() throws IOException {
        socket.setSoTimeout(500);
        in.mark(1);
        try {
            return in.read() >= 0;
        } catch (SocketTimeoutException nothingYet) {
            return false;
        } finally {
            in.reset();
            socket.setSoTimeout(20_000);
        }
    }

    /** Reads until the server closes; answers what it said. */
    public String rest() throws IOException {
        try {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketException reset) {
            return "";
        }
    }

    /** Reads no more than so many bytes. */
    public int read(int bytes) throws IOException {
        return in.readNBytes(bytes).length;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
