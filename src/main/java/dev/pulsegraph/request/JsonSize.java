package dev.pulsegraph.request;

import dev.pulsegraph.problem.Limit;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The one bound on JSON that is taken, by whatever way it comes, and how large a value is as compact text. */
public final class JsonSize {
    /** How many objects and lists may stand in one another. */
    @Limit("depth of a stored JSON value")
    static final int MAX_LEVELS = 32;
    /** How many digits a number may have when it is written out without an exponent. */
    @Limit("digits of a number in JSON")
    static final int MAX_DIGITS = 400;

    static final String TOO_DEEP = "it has more than " + MAX_LEVELS + " levels.";
    static final String TOO_LONG = "it holds a number that is too large: of more than " + MAX_DIGITS + " digits.";
    static final String NO_CHARACTER = "it holds a character that cannot be stored, such as NUL.";

    private int bytes;
    private @Nullable String fault;

    private JsonSize() {}

    public static JsonSize of(@Nullable Object value) {
        var measure = new JsonSize();
        measure.add(value, 0);
        return measure;
    }

    /** Whether a number has no more digits than are taken. Neither its scale nor its precision may be used before. */
    public static boolean isBounded(BigDecimal number) {
        return digits(number) <= MAX_DIGITS;
    }

    /** As many digits as there are without an exponent. */
    private static long digits(BigDecimal number) {
        long whole = Math.max(1, (long) number.precision() - number.scale());
        return whole + Math.max(0, number.scale());
    }

    private static int written(BigDecimal number) {
        return (int) digits(number) + 2;
    }

    public int bytes() {
        return bytes;
    }

    /** Whether it is within the bound. */
    public boolean isStorable() {
        return fault == null;
    }

    /** What is beyond the bound, as the end of a sentence; null when nothing is. */
    public @Nullable String fault() {
        return fault;
    }

    private void add(@Nullable Object value, int level) {
        switch (value) {
            case null -> bytes += 4;
            case String text -> add(text);
            case Map<?, ?> map -> {
                bytes += 2 + 2 * map.size();
                if (require(level < MAX_LEVELS, TOO_DEEP)) {
                    map.forEach((key, element) -> {
                        add(String.valueOf(key));
                        add(element, level + 1);
                    });
                }
            }
            case Collection<?> list -> {
                bytes += 2 + list.size();
                if (require(level < MAX_LEVELS, TOO_DEEP)) {
                    list.forEach(element -> add(element, level + 1));
                }
            }
            case BigDecimal number -> {
                // PostgreSQL writes it out, so an exponent may be much text.
                bytes += require(isBounded(number), TOO_LONG)
                        ? Math.max(number.precision() + 8, written(number))
                        : number.precision() + 8;
            }
            case BigInteger number -> {
                bytes += number.bitLength() / 3 + 1;
                require(number.bitLength() <= 4 * MAX_DIGITS && isBounded(new BigDecimal(number)), TOO_LONG);
            }
            case Double number -> {
                bytes += 8;
                require(Double.isFinite(number), TOO_LONG);
            }
            case StrictJson.BeyondBound beyond -> {
                bytes += 8;
                require(false, beyond.fault());
            }
            default -> bytes += 8;
        }
    }

    private void add(String text) {
        bytes += 2 + text.length();
        boolean isPlain = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            }
            isPlain &= c != 0 && !Character.isSurrogate(c);
        }
        if (!isPlain) {
            require(Storable.isStorable(text), NO_CHARACTER);
        }
    }

    private boolean require(boolean met, String sentence) {
        if (!met && fault == null) {
            fault = sentence;
        }
        return met;
    }
}
