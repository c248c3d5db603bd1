package dev.pulsegraph.request;

import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what clients note about an item of a batch: an object of JSON, or one written as JSON. */
@Singleton
public class MetadataReader {
    private static final int LONGEST = 8192;

    private final JsonMapper json;

    MetadataReader(JsonMapper json) {
        this.json = json;
    }

    /** The JSON of the field {@code metadata}, as it can be stored; null when there is none. */
    public @Nullable String read(Map<String, @Nullable Object> fields) throws Unreadable {
        Object given = fields.get("metadata");
        if (given == null) {
            return null;
        }
        if (!((given instanceof String text ? parsed(text) : given) instanceof Map<?, ?> object)) {
            throw bad("a JSON object is needed, such as {\"key\": \"value\"}.");
        }
        if (!Storable.isStorable(object)) {
            throw bad("it holds a character that cannot be stored, such as NUL.");
        }
        if (!isFinite(object)) {
            throw bad("it holds a number that is too large.");
        }
        String written = given instanceof String text ? text : written(object);
        if (CodePoints.length(written) > LONGEST) {
            throw bad(CodePoints.length(written) + " characters are more than " + LONGEST + ".");
        }
        return written;
    }

    private static Unreadable bad(String reason) {
        return new Unreadable("BAD_METADATA", "metadata: " + reason);
    }

    private static boolean isFinite(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map -> map.values().stream().allMatch(MetadataReader::isFinite);
            case Collection<?> list -> list.stream().allMatch(MetadataReader::isFinite);
            case Number number -> Double.isFinite(number.doubleValue());
            case null -> true;
            default -> true;
        };
    }

    private @Nullable Object parsed(String text) {
        try {
            return json.readValue(text, Object.class);
        } catch (IOException notJson) {
            return null;
        }
    }

    private String written(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
