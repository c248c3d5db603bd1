package dev.pulsegraph.bulk;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.StrictJson;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON object a line. */
final class NdjsonFormat implements LineFormat {
    private final List<String> columns;
    private final StrictJson json;

    NdjsonFormat(List<String> columns, StrictJson json) {
        this.columns = columns;
        this.json = json;
    }

    @Override
    public boolean quotes() {
        return false;
    }

    @Override
    public boolean isHeader(Line line) {
        return false;
    }

    @Override
    public Map<String, @Nullable Object> read(byte[] line) {
        if (!(parsed(line) instanceof Map<?, ?> object)) {
            throw Problem.of(ErrorCode.BAD_USER_INPUT, "The line is JSON, but not an object.");
        }
        Map<String, @Nullable Object> fields = new HashMap<>();
        object.forEach((key, value) -> {
            String name = String.valueOf(key);
            if (!columns.contains(name)) {
                throw LineFormat.unknown(name, columns);
            }
            if (value != null) {
                fields.put(name, value);
            }
        });
        return fields;
    }

    private @Nullable Object parsed(byte[] line) {
        try {
            return json.readDistinct(line);
        } catch (IOException notJson) {
            throw Problem.of(
                    ErrorCode.BAD_USER_INPUT, "The line is not one JSON object in UTF-8 that names no key twice.");
        }
    }
}
