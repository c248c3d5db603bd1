package dev.pulsegraph.post;

import java.util.List;
import java.util.Locale;

/** How platforms are stored: in lower case, each once. */
final class Platforms {
    private Platforms() {}

    static List<String> stored(List<String> given) {
        return given.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .distinct()
                .toList();
    }
}
