package dev.pulsegraph.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads JSON that is UTF-8, one value, and nothing after it. The mapper alone would guess encodings and stop early. */
@Singleton
public class StrictJson {
    private static final JsonFactory DISTINCT = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final JsonMapper json;

    StrictJson(JsonMapper json) {
        this.json = json;
    }

    public @Nullable Object read(byte[] utf8) throws IOException {
        return read(text(utf8));
    }

    public @Nullable Object read(String text) throws IOException {
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

    /** Like {@link #read(byte[])}, and refuses an object that names a key twice. */
    public @Nullable Object readDistinct(byte[] utf8) throws IOException {
        String text = text(utf8);
        try (JsonParser parser = DISTINCT.createParser(text)) {
            while (parser.nextToken() != null) {
                // only whether it can be read
            }
        }
        return read(text);
    }

    private static String text(byte[] utf8) throws IOException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
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
