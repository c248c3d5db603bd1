package dev.pulsegraph.embedding.model;

import dev.pulsegraph.embedding.model.EndpointFailure.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What an endpoint answered: {@code {"data": [{"index": 0, "embedding": [0.1, …]}]}}, or the vector in base64. */
final class EndpointAnswer {
    private final int texts;
    private final int dimensions;
    private final String dimensionsSetting;

    EndpointAnswer(int texts, int dimensions, String dimensionsSetting) {
        this.texts = texts;
        this.dimensions = dimensions;
        this.dimensionsSetting = dimensionsSetting;
    }

    /** One good vector a text, in the order of the texts, whatever the order of the answer. */
    List<float[]> read(@Nullable Object json) {
        if (!(json instanceof Map<?, ?> body) || !(body.get("data") instanceof List<?> data)) {
            throw unusable("holds no list `data`");
        }
        if (data.size() != texts) {
            throw unusable("has " + data.size() + " vectors for " + texts + " texts");
        }
        Map<Integer, float[]> vectors = new TreeMap<>();
        for (int position = 0; position < texts; position++) {
            if (!(data.get(position) instanceof Map<?, ?> item)) {
                throw unusable("has an element that is not a vector");
            }
            int index = index(item.get("index"), position);
            if (vectors.put(index, checked(vector(item.get("embedding")))) != null) {
                throw unusable("has two vectors for one text");
            }
        }
        return List.copyOf(vectors.values());
    }

    private int index(@Nullable Object index, int position) {
        if (index == null) {
            return position;
        }
        if (index instanceof Integer number && number >= 0 && number < texts) {
            return number;
        }
        throw unusable("has a vector for a text that was not sent");
    }

    private float[] vector(@Nullable Object embedding) {
        return switch (embedding) {
            case List<?> numbers -> ofNumbers(numbers);
            case String base64 -> ofBase64(base64);
            case null -> throw noVector("no vector");
            default -> throw unusable("has a value that is not a vector");
        };
    }

    private float[] ofNumbers(List<?> numbers) {
        requireDimensions(numbers.size());
        float[] vector = new float[numbers.size()];
        for (int i = 0; i < vector.length; i++) {
            if (!(numbers.get(i) instanceof Number number)) {
                throw noVector("a vector with a value that is not a number");
            }
            vector[i] = number.floatValue();
        }
        return vector;
    }

    /** 32-bit numbers, little-endian. */
    private float[] ofBase64(String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException malformed) {
            throw unusable("has a vector that is not base64");
        }
        if (bytes.length % Float.BYTES != 0) {
            throw unusable("has a vector that ends within a number");
        }
        requireDimensions(bytes.length / Float.BYTES);
        float[] vector = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return vector;
    }

    private void requireDimensions(int size) {
        if (size != dimensions) {
            throw EndpointFailure.of(
                    Reason.SETTINGS,
                    "its endpoint makes vectors of " + size + " numbers, and " + dimensionsSetting + " says "
                            + dimensions + ".");
        }
    }

    private static float[] checked(float[] vector) {
        boolean isZero = true;
        for (float number : vector) {
            if (!Float.isFinite(number)) {
                throw noVector("a vector with a value that is not a finite number");
            }
            isZero &= number == 0;
        }
        if (isZero) {
            throw noVector("a vector of zeros");
        }
        return vector;
    }

    private static EndpointFailure noVector(String what) {
        return EndpointFailure.of(Reason.TEXTS, "its endpoint made " + what + " of one of the texts.");
    }

    private static EndpointFailure unusable(String what) {
        return EndpointFailure.of(Reason.UNUSABLE, "the answer of its endpoint " + what + ".");
    }
}
