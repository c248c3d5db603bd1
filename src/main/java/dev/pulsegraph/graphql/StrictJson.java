package dev.pulsegraph.graphql;

import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads JSON that is UTF-8, one value, and nothing after it. The mapper alone would guess encodings and stop early. */
@Singleton
class StrictJson {
    private final JsonMapper json;

    StrictJson(JsonMapper json) {
        this.json = json;
    }

    @Nullable
    Object read(byte[] utf8) throws IOException {
        return read(StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(utf8))
                .toString());
    }

    @Nullable
    Object read(String text) throws IOException {
        try {
            Object value = json.readValue(text, Object.class);
            if (!text.substring(end(text)).isBlank()) {
                throw new IOException("something follows the value");
            }
            return value;
        } catch (RuntimeException | StackOverflowError notJson) {
            throw new IOException("not JSON", notJson);
        }
    }

    /** Where the first value ends, in a text that begins with a good one. Scalars are taken to be the whole text. */
    private static int end(String text) {
        int depth = 0;
        boolean inString = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (inString) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    inString = false;
                }
            } else if (c == '"') {
                inString = true;
            } else if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
                if (depth == 0) {
                    return i + 1;
                }
            }
        }
        return text.length();
    }
}
