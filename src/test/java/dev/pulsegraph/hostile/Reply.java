package dev.pulsegraph.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a request ended for whoever sent it.
 *
 * @param kind the status, and the first code the answer tells: {@code 200}, {@code 422 LIMIT_EXCEEDED}; or what came instead
 * @param text how the answer begins
 * @param bytes how long its body is
 */
record Reply(String kind, String text, long bytes, Duration took) {
    /** The server ended the connection without a word. */
    static final String CLOSED = "closed";
    /** Nothing came while somebody waited. */
    static final String SILENCE = "silence";

    private static final Pattern CODE = Pattern.compile("\"code\":\"([A-Z_]+)\"");
    private static final int KEPT = 16 * 1024;
    private static final List<Integer> PASSING = List.of(429, 503);

    static Reply of(int status, HttpHeaders headers, String text, long bytes, Duration took) {
        Matcher code = CODE.matcher(text);
        boolean late =
                PASSING.contains(status) && headers.firstValue("Retry-After").isEmpty();
        return new Reply(
                status + (code.find() ? " " + code.group(1) : "") + (late ? " without Retry-After" : ""),
                text,
                bytes,
                took);
    }

    /** Sends a request and reads the whole answer, of which it keeps the beginning. */
    static Reply send(HttpClient http, HttpRequest request) throws InterruptedException {
        long begin = System.nanoTime();
        try {
            HttpResponse<InputStream> answer = http.send(request, BodyHandlers.ofInputStream());
            var kept = new ByteArrayOutputStream();
            long bytes = 0;
            try (InputStream in = answer.body()) {
                byte[] piece = new byte[KEPT];
                for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                    kept.write(piece, 0, Math.min(length, KEPT - kept.size()));
                    bytes += length;
                }
            }
            return of(
                    answer.statusCode(), answer.headers(), kept.toString(StandardCharsets.UTF_8), bytes, since(begin));
        } catch (HttpTimeoutException late) {
            return new Reply(SILENCE, String.valueOf(late.getMessage()), 0, since(begin));
        } catch (IOException broken) {
            return new Reply(CLOSED, String.valueOf(broken.getMessage()), 0, since(begin));
        }
    }

    static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
