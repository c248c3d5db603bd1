package dev.pulsegraph.post;

import dev.pulsegraph.request.Names;
import java.util.List;
import java.util.Locale;

/** How hashtags are stored: without #, in lower case, each once. */
final class Hashtags {
    private Hashtags() {}

    static List<String> stored(List<String> given) {
        return given.stream()
                .map(Names::trimmed)
                .map(tag -> (tag.startsWith("#") ? tag.substring(1) : tag).toLowerCase(Locale.ROOT))
                .distinct()
                .toList();
    }
}
