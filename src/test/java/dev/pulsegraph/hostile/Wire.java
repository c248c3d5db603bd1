package dev.pulsegraph.hostile;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** HTTP by hand, for what no client would do: heads without an end, bodies that do not come, answers that nobody reads. */
final class Wire implements AutoCloseable {
    private static final int SMALL = 4096;

    private final Socket socket = new Socket();
    private final long begin = System.nanoTime();

    private Wire(URI server, Duration timeout) throws IOException {
        // What is not read fills this much at the client's side, and then the server's.
        socket.setReceiveBufferSize(SMALL);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()),
                Math.toIntExact(timeout.toMillis()));
    }

    static Wire open(Attacker attacker) throws IOException {
        return new Wire(attacker.world().uri("/"), attacker.timeout());
    }

    /** Lines are written with {@code \n} and sent as HTTP has them. */
    Wire send(String text) throws IOException {
        return send(text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    Wire send(byte[] bytes) throws IOException {
        return send(bytes, bytes.length);
    }

    /** Only so many of them. */
    Wire send(byte[] bytes, int length) throws IOException {
        socket.getOutputStream().write(bytes, 0, length);
        socket.getOutputStream().flush();
        return this;
    }

    /** What comes first: an answer, of whose body the beginning is read, or an end, or nothing. */
    Reply reply() {
        try {
            InputStream in = socket.getInputStream();
            String head = head(in);
            int status = Integer.parseInt(head.split(" ", 3)[1].strip());
            HttpHeaders headers = headers(head);
            long length = headers.firstValueAsLong("content-length").orElse(0);
            String body = new String(in.readNBytes((int) Math.min(length, SMALL)), StandardCharsets.UTF_8);
            return Reply.of(status, headers, body, length, Reply.since(begin));
        } catch (SocketTimeoutException silent) {
            return new Reply(Reply.SILENCE, String.valueOf(silent.getMessage()), 0, Reply.since(begin));
        } catch (IOException closed) {
            return new Reply(Reply.CLOSED, String.valueOf(closed.getMessage()), 0, Reply.since(begin));
        }
    }

    /** Reads nothing and waits for the server to end the connection: looks now and then whether what is sent still arrives. */
    Reply unread(Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        try {
            while (System.nanoTime() < end) {
                Thread.sleep(200);
                // Belongs to the next request, which is never read while the answer to this one waits.
                socket.getOutputStream().write('\r');
            }
            socket.setSoTimeout(1000);
            // A short answer is there as a whole, and nobody need end the connection for it.
            Reply answer = reply();
            return answer.kind().startsWith("200")
                    ? new Reply(Reply.SILENCE, answer.text(), answer.bytes(), answer.took())
                    : answer;
        } catch (IOException ended) {
            return new Reply(Reply.CLOSED, String.valueOf(ended.getMessage()), 0, Reply.since(begin));
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the end, after " + head.length() + " bytes");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static HttpHeaders headers(String head) {
        Map<String, List<String>> headers = new TreeMap<>();
        head.lines()
                .skip(1)
                .filter(line -> line.contains(":"))
                .forEach(line -> headers.computeIfAbsent(
                                line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT),
                                name -> new ArrayList<>())
                        .add(line.substring(line.indexOf(':') + 1).strip()));
        return HttpHeaders.of(headers, (name, value) -> true);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
