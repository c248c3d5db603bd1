package dev.pulsegraph.post;

import dev.pulsegraph.request.Names;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The names of platforms, which are compared in lower case and without the blanks around them, wherever they are given. */
public final class Platforms {
    private Platforms() {}

    public static String of(String name) {
        return Names.trimmed(name).toLowerCase(Locale.ROOT);
    }

    /** Each once. */
    public static List<String> stored(List<String> given) {
        return given.stream().map(Platforms::of).distinct().toList();
    }

    /** Each once; null for null. */
    public static @Nullable List<String> find(@Nullable List<String> given) {
        return given == null ? null : stored(given);
    }
}
