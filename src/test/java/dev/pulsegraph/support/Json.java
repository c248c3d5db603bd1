package dev.pulsegraph.support;

import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as maps, lists and scalars, and as text that people can compare. */
@Singleton
public class Json {
    private final JsonMapper mapper;

    public Json(JsonMapper mapper) {
        this.mapper = mapper;
    }

    public @Nullable Object read(String text) {
        try {
            return mapper.readValue(text, Object.class);
        } catch (IOException e) {
            throw new UncheckedIOException("Not JSON: " + text, e);
        }
    }

    /** As short as it can be. */
    public String line(Object value) {
        return scalar(value);
    }

    /** One scalar a line. */
    public String pretty(@Nullable Object value) {
        StringBuilder text = new StringBuilder();
        write(text, value, "");
        return text.append('\n').toString();
    }

    private void write(StringBuilder text, @Nullable Object value, String indent) {
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            text.append("{\n");
            for (Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator(); entries.hasNext(); ) {
                Map.Entry<?, ?> entry = entries.next();
                text.append(indent).append("  ").append(scalar(entry.getKey())).append(": ");
                write(text, entry.getValue(), indent + "  ");
                text.append(entries.hasNext() ? ",\n" : "\n");
            }
            text.append(indent).append('}');
        } else if (value instanceof List<?> list && !list.isEmpty()) {
            text.append("[\n");
            for (Iterator<?> elements = list.iterator(); elements.hasNext(); ) {
                text.append(indent).append("  ");
                write(text, elements.next(), indent + "  ");
                text.append(elements.hasNext() ? ",\n" : "\n");
            }
            text.append(indent).append(']');
        } else {
            text.append(scalar(value));
        }
    }

    private String scalar(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        try {
            return mapper.writeValueAsString(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
