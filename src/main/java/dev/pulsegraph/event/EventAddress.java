package dev.pulsegraph.event;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the address of a request says of its events: one of Segment's tracking API, one of the letters that its libraries for
 * browsers and devices have for them, or that of the page snippet.
 *
 * @param kind what the event is; null for a batch, whose items say so themselves
 * @param isSnippet whether only pages send there
 */
record EventAddress(@Nullable String kind, boolean isSnippet) {
    private static final Map<String, String> LETTERS =
            Map.of("p", "page", "s", "screen", "t", "track", "i", "identify", "g", "group", "a", "alias", "b", "batch");
    private static final String SNIPPET = "e";
    private static final Set<String> BATCHES = Set.of("batch", "import", SNIPPET);

    static EventAddress of(String path) {
        String last = path.replaceFirst("/+$", "").replaceFirst(".*/", "");
        String name = LETTERS.getOrDefault(last, last);
        return new EventAddress(BATCHES.contains(name) ? null : name, name.equals(SNIPPET));
    }

    boolean isOfBatch() {
        return kind == null;
    }
}
