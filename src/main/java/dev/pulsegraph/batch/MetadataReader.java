package dev.pulsegraph.batch;

import dev.pulsegraph.request.CodePoints;
import dev.pulsegraph.request.Json;
import dev.pulsegraph.request.JsonSize;
import dev.pulsegraph.request.StrictJson;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what clients note about an item of a batch: an object of JSON, or one written as JSON. */
@Singleton
public class MetadataReader {
    private static final int MAX_LENGTH = 8192;

    private final Json json;
    private final StrictJson strictJson;

    MetadataReader(Json json, StrictJson strictJson) {
        this.json = json;
        this.strictJson = strictJson;
    }

    /** The JSON of the field {@code metadata}, as it can be stored; null when there is none. */
    public @Nullable String read(Map<String, @Nullable Object> fields) throws InvalidItem {
        Object given = fields.get("metadata");
        if (given == null) {
            return null;
        }
        Object read = given instanceof String text ? parse(text) : given;
        String fault = JsonSize.of(read).fault();
        if (fault != null) {
            throw invalid(fault);
        }
        if (!(read instanceof Map<?, ?> object)) {
            throw invalid("a JSON object is needed, such as {\"key\": \"value\"}.");
        }
        String written = json.text(object);
        if (CodePoints.length(written) > MAX_LENGTH) {
            throw invalid(CodePoints.length(written) + " characters are more than " + MAX_LENGTH + ".");
        }
        return written;
    }

    private static InvalidItem invalid(String reason) {
        return new InvalidItem("BAD_METADATA", "metadata: " + reason);
    }

    private @Nullable Object parse(String text) {
        try {
            return strictJson.read(text);
        } catch (IOException notJson) {
            return null;
        }
    }
}
