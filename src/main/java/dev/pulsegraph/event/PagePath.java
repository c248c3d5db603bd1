package dev.pulsegraph.event;

import dev.pulsegraph.request.CodePoints;
import dev.pulsegraph.request.Storable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The path of a page: what libraries of Segment call {@code path}, else the part of its {@code url} after the host. Without query,
 * since what stands there may be made up, or a secret; {@code #/…} stays, by which applications of one page route.
 */
final class PagePath {
    private PagePath() {}

    /** Null when the event does not tell. */
    static @Nullable String of(Map<String, Object> properties, Map<String, Object> context) {
        Map<?, ?> page = context.get("page") instanceof Map<?, ?> given ? given : Map.of();
        for (Object told :
                new @Nullable Object[] {properties.get("path"), page.get("path"), properties.get("url"), page.get("url")
                }) {
            String path = told instanceof String text ? path(text.strip()) : null;
            if (path != null) {
                return path;
            }
        }
        return null;
    }

    private static @Nullable String path(String address) {
        int host = address.indexOf("//");
        int begin = host < 0 || (host > 0 && address.startsWith("/")) ? 0 : first(address, "/?#", host + 2);
        int end = first(address, "?#", begin);
        int fragment = address.indexOf('#', end);
        String path = address.substring(begin, end);
        if (path.isEmpty() && host >= 0) {
            path = "/";
        }
        if (!path.startsWith("/")) {
            return null;
        }
        if (fragment >= 0 && (address.startsWith("#/", fragment) || address.startsWith("#!/", fragment))) {
            path += address.substring(fragment, first(address, "?", fragment));
        }
        String cut = CodePoints.first(path, EventLimits.MAX_PATH);
        return Storable.isStorable(cut) ? cut : null;
    }

    /** Where the first of some characters is from a place on; the end when there is none. */
    private static int first(String text, String characters, int from) {
        for (int i = from; i < text.length(); i++) {
            if (characters.indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return text.length();
    }
}
