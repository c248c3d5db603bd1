package dev.pulsegraph.event;

import dev.pulsegraph.batch.InvalidItem;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.CodePoints;
import dev.pulsegraph.request.Storable;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fields of an object in JSON, and the path to it for sentences about them. */
final class JsonFields {
    static final String BAD_FIELD = "BAD_FIELD";

    private final String path;
    private final Map<?, ?> fields;

    JsonFields(String path, Map<?, ?> fields) {
        this.path = path;
        this.fields = fields;
    }

    /** An object within; an empty one when it is not given, or given as the empty list that PHP writes for it. */
    JsonFields object(String name) throws InvalidItem {
        Object value = fields.get(name);
        if (value == null || (value instanceof Collection<?> list && list.isEmpty())) {
            return new JsonFields(path + name + ".", Map.of());
        }
        if (value instanceof Map<?, ?> map) {
            return new JsonFields(path + name + ".", map);
        }
        throw new InvalidItem(BAD_FIELD, path + name + ": a JSON object is needed.");
    }

    /** An object within, when there is one. */
    JsonFields findObject(String name) {
        return new JsonFields(path + name + ".", fields.get(name) instanceof Map<?, ?> map ? map : Map.of());
    }

    @Nullable
    String id(String name) throws InvalidItem {
        return text(name, EventLimits.MAX_ID);
    }

    /** A text or a number as text, trimmed; null when it is empty or not given. */
    @Nullable
    String text(String name, int maxLength) throws InvalidItem {
        Object value = fields.get(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof String || value instanceof Number)) {
            throw new InvalidItem(BAD_FIELD, path + name + ": a text is needed.");
        }
        String text = value.toString().strip();
        int length = CodePoints.length(text);
        if (length > maxLength) {
            throw new InvalidItem(
                    BAD_FIELD,
                    path + name + ": `" + Problem.shown(text) + "` has " + length + " characters; allowed are 1 to "
                            + maxLength + ".");
        }
        if (!Storable.isStorable(text)) {
            throw new InvalidItem(
                    BAD_FIELD, path + name + ": it holds a character that cannot be stored, such as NUL.");
        }
        return text.isEmpty() ? null : text;
    }

    /** A text that only describes: what is too long is cut, what cannot be kept is left out. */
    @Nullable
    String description(String name, int maxLength) {
        return fields.get(name) instanceof String text ? describe(text, maxLength) : null;
    }

    static @Nullable String describe(@Nullable String text, int maxLength) {
        if (text == null || CodePoints.isBlank(text)) {
            return null;
        }
        String stripped = text.strip();
        String cut = CodePoints.first(stripped, maxLength);
        return Storable.isStorable(cut) ? cut : null;
    }

    @Nullable
    Object value(String name) {
        return fields.get(name);
    }

    /** All of them but those without a value. */
    Map<String, Object> copy() {
        Map<String, Object> copy = new LinkedHashMap<>();
        fields.forEach((name, value) -> {
            if (value != null) {
                copy.put(String.valueOf(name), value);
            }
        });
        return copy;
    }
}
