package dev.pulsegraph.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON that is UTF-8, one value, and nothing after it. Numbers keep their digits. What is too deep or too long to be
 * kept is read past, so that it harms only the item that holds it: a {@link BeyondBound} stands in its place.
 */
@Singleton
public class StrictJson {
    /** A body with anything that is nested deeper is not read at all. */
    private static final int MAX_NESTED = 20_000;
    /** For what stands around the values that {@link JsonSize} judges. */
    private static final int MAX_LEVELS = 2 * JsonSize.MAX_LEVELS;

    private static final int MAX_STORED = 1_000;
    /** Digits, a sign, a point and an exponent. */
    private static final int MAX_NUMBER_LENGTH = JsonSize.MAX_DIGITS + 10;

    private static final char REPLACEMENT = '\uFFFD';

    private static final JsonFactory LENIENT = builder().build();
    private static final JsonFactory DISTINCT =
            builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private static JsonFactoryBuilder builder() {
        // Bounds are those of JsonSize, by item; the library's would refuse a whole body.
        return new JsonFactoryBuilder()
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_NESTED)
                        .maxNumberLength(Integer.MAX_VALUE)
                        .maxNameLength(Integer.MAX_VALUE)
                        .maxStringLength(Integer.MAX_VALUE)
                        .build());
    }

    public @Nullable Object read(byte[] utf8) throws IOException {
        return read(text(utf8));
    }

    public @Nullable Object read(String text) throws IOException {
        return read(LENIENT, text, true);
    }

    /** Like {@link #read(byte[])}, and refuses an object that names a key twice. */
    public @Nullable Object readDistinct(byte[] utf8) throws IOException {
        return read(DISTINCT, text(utf8), true);
    }

    /** What was stored, as it is, whatever its bounds were then. */
    public @Nullable Object readStored(String text) throws IOException {
        return read(LENIENT, text, false);
    }

    private static @Nullable Object read(JsonFactory factory, String text, boolean bounded) throws IOException {
        try (JsonParser parser = factory.createParser(text)) {
            if (parser.nextToken() == null) {
                throw new IOException("there is no value");
            }
            Object value = new Reading(parser, bounded).value(0);
            if (parser.nextToken() != null) {
                throw new IOException("something follows the value");
            }
            return value;
        }
    }

    /** What is no UTF-8 becomes a replacement character, which a text may also have of its own: a decoder tells. */
    private static String text(byte[] utf8) throws IOException {
        String text = new String(utf8, StandardCharsets.UTF_8);
        return text.indexOf(REPLACEMENT) < 0
                ? text
                : StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(utf8))
                        .toString();
    }

    private record Reading(JsonParser parser, boolean bounded) {
        @Nullable
        Object value(int level) throws IOException {
            JsonToken token = parser.currentToken();
            return switch (token) {
                case START_OBJECT, START_ARRAY -> {
                    if (bounded && level == MAX_LEVELS) {
                        parser.skipChildren();
                        yield new BeyondBound(JsonSize.TOO_DEEP);
                    }
                    if (level == MAX_STORED) {
                        throw new IOException("there are more than " + MAX_STORED + " levels");
                    }
                    yield token == JsonToken.START_OBJECT ? object(level) : list(level);
                }
                case VALUE_STRING -> parser.getText();
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(token);
                case VALUE_TRUE -> true;
                case VALUE_FALSE -> false;
                case VALUE_NULL -> null;
                default -> throw new IOException("no value: " + token);
            };
        }

        private Map<String, @Nullable Object> object(int level) throws IOException {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                object.put(name, value(level + 1));
            }
            return object;
        }

        private List<@Nullable Object> list(int level) throws IOException {
            List<@Nullable Object> list = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                list.add(value(level + 1));
            }
            return list;
        }

        private Object number(JsonToken token) throws IOException {
            if (bounded && parser.getTextLength() > MAX_NUMBER_LENGTH) {
                return new BeyondBound(JsonSize.TOO_LONG);
            }
            try {
                Number number = token == JsonToken.VALUE_NUMBER_FLOAT
                        ? new BigDecimal(parser.getText())
                        : whole(parser.getText());
                return bounded && number instanceof BigDecimal decimal && !JsonSize.isBounded(decimal)
                        ? new BeyondBound(JsonSize.TOO_LONG)
                        : number;
            } catch (NumberFormatException endlessExponent) {
                return new BeyondBound(JsonSize.TOO_LONG);
            }
        }

        private static Number whole(String text) {
            if (text.length() < 10) {
                return Integer.valueOf(text);
            }
            BigInteger number = new BigInteger(text);
            if (number.bitLength() < Integer.SIZE) {
                return number.intValue();
            }
            return number.bitLength() < Long.SIZE ? (Number) number.longValue() : number;
        }
    }

    /**
     * Stands where a value was that is not kept.
     *
     * @param fault what is wrong with it, as the end of a sentence
     */
    public record BeyondBound(String fault) {
        @Override
        public String toString() {
            return "(" + fault + ")";
        }
    }
}
