package dev.pulsegraph.bulk;

import dev.pulsegraph.support.Api;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A request whose answer is read while it is sent, which the client of the JDK does not do. */
final class BulkConnection implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader answer;

    private BulkConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    static BulkConnection open(Api api, String address, String email) throws IOException {
        URI uri = api.uri(address);
        var connection = new BulkConnection(new Socket(uri.getHost(), uri.getPort()));
        connection.socket.setSoTimeout(30_000);
        connection.write("POST " + address + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                + "Accept-Encoding: gzip\r\nTransfer-Encoding: chunked\r\nAuthorization: Bearer "
                + api.token(email, false) + "\r\n\r\n");
        return connection;
    }

    void send(String text) throws IOException {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        write(Integer.toHexString(length) + "\r\n" + text + "\r\n");
    }

    void end() throws IOException {
        write("0\r\n\r\n");
    }

    /** The next line of the answer that is JSON. */
    String line() throws IOException {
        String line = answer.readLine();
        while (line != null && !line.startsWith("{")) {
            line = answer.readLine();
        }
        return String.valueOf(line);
    }

    private void write(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
