package dev.pulsegraph.event;

import io.micronaut.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Events as Segment's clients make them, and the requests they send them with. */
final class Events {
    private static final JsonMapper JSON = JsonMapper.createDefault();

    private Events() {}

    static Map<String, Object> page(String messageId) {
        return Map.of("type", "page", "messageId", messageId, "anonymousId", "visitor of " + messageId);
    }

    /** Of a page that keeps nothing in the browser. */
    static Map<String, Object> withoutStorage(String messageId) {
        return Map.of("type", "page", "messageId", messageId, "context", Map.of("storage", "none"));
    }

    static Map<String, Object> click(String messageId) {
        return Map.of(
                "type",
                "track",
                "event",
                "Clicked",
                "messageId",
                messageId,
                "anonymousId",
                "visitor",
                "properties",
                Map.of("clickTarget", "contact.email"));
    }

    static Map<String, Object> with(Map<String, Object> event, String field, Object value) {
        Map<String, Object> changed = new HashMap<>(event);
        changed.put(field, value);
        return changed;
    }

    static Map<String, Object> batch(List<?> events) {
        return Map.of("batch", events);
    }

    static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In SQL, what the ids of stored events have of the hash of their message: its end. */
    static String endOfId() {
        return "right(replace(id::text, '-', ''), 15)";
    }

    /** The same in SQL of a message that an organization sent. */
    static String endOfMessage(Object organization, String messageId) {
        return "substr(encode(sha256(convert_to('" + organization + "/message/' || " + messageId
                + ", 'UTF8')), 'hex'), 18, 15)";
    }

    static byte[] zipped(byte[] bytes) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static String basic(String key) {
        return "Basic " + Base64.getEncoder().encodeToString((key + ":").getBytes(StandardCharsets.UTF_8));
    }

    /** A request with the key as Segment's clients send it. */
    static HttpRequest request(URI address, String key, Object body) {
        return HttpRequest.newBuilder(address)
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .header("Authorization", basic(key))
                .POST(BodyPublishers.ofString(json(body)))
                .build();
    }
}
