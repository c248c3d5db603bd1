package dev.pulsegraph.traffic;

import dev.pulsegraph.request.Storable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How large a value of JSON is, as compact text, and whether PostgreSQL can keep it. */
final class JsonMeasure {
    private static final int DEEPEST = 32;
    private static final int MOST_DIGITS = 400;

    private int bytes;
    private boolean storable = true;

    private JsonMeasure() {}

    static JsonMeasure of(@Nullable Object value) {
        var measure = new JsonMeasure();
        measure.add(value, 0);
        return measure;
    }

    int bytes() {
        return bytes;
    }

    /** Neither NUL nor half a character, no number without end, and no more than 32 levels. */
    boolean isStorable() {
        return storable;
    }

    private void add(@Nullable Object value, int depth) {
        if (depth > DEEPEST) {
            storable = false;
            return;
        }
        switch (value) {
            case null -> bytes += 4;
            case String text -> add(text);
            case Map<?, ?> map -> {
                bytes += 2 + 2 * map.size();
                map.forEach((key, element) -> {
                    add(String.valueOf(key));
                    add(element, depth + 1);
                });
            }
            case Collection<?> list -> {
                bytes += 2 + list.size();
                list.forEach(element -> add(element, depth + 1));
            }
            case BigDecimal number -> {
                bytes += number.precision() + 8;
                storable &= number.precision() <= MOST_DIGITS && Math.abs((long) number.scale()) <= MOST_DIGITS;
            }
            case BigInteger number -> {
                bytes += number.bitLength() / 3 + 1;
                storable &= number.bitLength() <= 3 * MOST_DIGITS;
            }
            case Double number -> {
                bytes += 8;
                storable &= Double.isFinite(number);
            }
            default -> bytes += 8;
        }
    }

    private void add(String text) {
        bytes += 2 + text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
        }
        storable &= Storable.isStorable(text);
    }
}
