package dev.pulsegraph.ingest;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.ContentEncoding;
import dev.pulsegraph.request.StrictJson;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.MediaType;
import io.micronaut.http.ServerHttpRequest;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;

/** Reads a body as it arrives, as long as there is room for it, and makes JSON of it. */
@Singleton
class EventBodyReader {
    private static final int PIECE = 16 * 1024;
    /** What of a body may have arrived before anybody reads it. */
    private static final long UNREAD = 64 * 1024;

    private static final Duration LONGEST = Duration.ofSeconds(15);

    private final StrictJson json;

    EventBodyReader(StrictJson json) {
        this.json = json;
    }

    /** Has a look at the headers, and takes room for what may arrive until the body is read. It waits for nothing. */
    void admit(ServerHttpRequest<?> http, ByteBudget.Share share) {
        http.getContentType().ifPresent(EventBodyReader::requireUtf8);
        encoding(http);
        long length = http.getContentLength();
        if (length > EventController.LONGEST_BODY) {
            throw new IngestRefusal(IngestRefusal.Kind.TOO_LARGE);
        }
        if (!share.cover(length < 0 ? PIECE : Math.min(length, UNREAD))) {
            throw new IngestRefusal(IngestRefusal.Kind.FULL);
        }
    }

    Map<?, ?> read(ServerHttpRequest<?> http, ByteBudget.Share share) {
        byte[] bytes;
        try (InputStream in = http.byteBody().toInputStream();
                InputStream decoded = encoding(http).decode(in)) {
            bytes = bytes(decoded, share);
        } catch (IOException e) {
            throw Problem.of(
                    ErrorCode.BAD_USER_INPUT,
                    "The body ended early, or is not encoded as the header `Content-Encoding` says.");
        }
        return parsed(bytes);
    }

    private static ContentEncoding encoding(ServerHttpRequest<?> http) {
        return ContentEncoding.of(http.getHeaders().get(HttpHeaders.CONTENT_ENCODING))
                .orElseThrow(() -> new IngestRefusal(IngestRefusal.Kind.NO_ENCODING));
    }

    /**
     * The type is not looked at: clients send JSON as text, for which browsers do not ask first, or as a form, and nothing is
     * done without a key.
     */
    private static void requireUtf8(MediaType type) {
        if (!type.getParameters().get("charset").map("utf-8"::equalsIgnoreCase).orElse(true)) {
            throw new IngestRefusal(IngestRefusal.Kind.NO_UTF_8);
        }
    }

    private static byte[] bytes(InputStream in, ByteBudget.Share share) throws IOException {
        long begin = System.nanoTime();
        var bytes = new ByteArrayOutputStream();
        byte[] piece = new byte[PIECE];
        for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
            if (bytes.size() + length > EventController.LONGEST_BODY) {
                throw new IngestRefusal(IngestRefusal.Kind.TOO_LARGE);
            }
            if (!share.cover(bytes.size() + length)) {
                throw new IngestRefusal(IngestRefusal.Kind.FULL);
            }
            if (System.nanoTime() - begin > LONGEST.toNanos()) {
                throw new IngestRefusal(IngestRefusal.Kind.TOO_SLOW);
            }
            bytes.write(piece, 0, length);
        }
        return bytes.toByteArray();
    }

    private Map<?, ?> parsed(byte[] bytes) {
        Object body;
        try {
            body = json.read(bytes);
        } catch (IOException notJson) {
            throw Problem.of(ErrorCode.BAD_USER_INPUT, "The body is not JSON in UTF-8.");
        }
        if (body instanceof Map<?, ?> fields) {
            return fields;
        }
        throw Problem.of(ErrorCode.BAD_USER_INPUT, "The body must be a JSON object.");
    }
}
