package dev.pulsegraph.request;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL can keep: neither NUL nor half a character, however they are written. */
public final class Storable {
    private Storable() {}

    /** Whether every text in a value as JSON has it can be kept, names too. */
    public static boolean isStorable(@Nullable Object value) {
        return switch (value) {
            case String text ->
                text.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
            case Map<?, ?> map ->
                map.entrySet().stream().allMatch(entry -> isStorable(entry.getKey()) && isStorable(entry.getValue()));
            case Collection<?> list -> list.stream().allMatch(Storable::isStorable);
            case null -> true;
            default -> true;
        };
    }
}
