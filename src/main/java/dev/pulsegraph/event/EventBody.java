package dev.pulsegraph.event;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.ContentEncoding;
import dev.pulsegraph.request.StrictJson;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Map;

/** What the headers of a request with events say of its body, and what is in it. */
@Singleton
class EventBody {
    private final StrictJson json;

    EventBody(StrictJson json) {
        this.json = json;
    }

    /** Refuses what need not be read at all. */
    static void check(HttpRequest<?> http) {
        http.getContentType().ifPresent(EventBody::requireUtf8);
        encoding(http);
        if (http.getContentLength() > IngestSettings.MAX_BODY) {
            throw new IngestProblem(IngestProblem.Kind.TOO_LARGE);
        }
    }

    static ContentEncoding encoding(HttpRequest<?> http) {
        return ContentEncoding.of(http.getHeaders().get(HttpHeaders.CONTENT_ENCODING))
                .orElseThrow(() -> new IngestProblem(IngestProblem.Kind.NO_ENCODING));
    }

    /**
     * The type is not looked at: clients send JSON as text, for which browsers do not ask first, or as a form, and nothing is
     * done without a key.
     */
    private static void requireUtf8(MediaType type) {
        if (!type.getParameters().get("charset").map("utf-8"::equalsIgnoreCase).orElse(true)) {
            throw new IngestProblem(IngestProblem.Kind.NO_UTF_8);
        }
    }

    Map<?, ?> read(byte[] bytes) {
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
