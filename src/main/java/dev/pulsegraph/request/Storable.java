package dev.pulsegraph.request;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL can keep: neither NUL nor half a character, however they are written. */
public final class Storable {
    private Storable() {}

    /** Whether every text in a value as JSON has it can be kept, names too. */
    public static boolean isStorable(@Nullable Object value) {
        return switch (value) {
            case String text -> isStorable(text);
            case Map<?, ?> map ->
                map.entrySet().stream().allMatch(entry -> isStorable(entry.getKey()) && isStorable(entry.getValue()));
            case Collection<?> list -> list.stream().allMatch(Storable::isStorable);
            case null -> true;
            default -> true;
        };
    }

    /** Whether a text can be kept. */
    public static boolean isStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return false;
            }
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
