package dev.pulsegraph.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an event tells of where it happened, and of how the visitor came there.
 *
 * @param path of the page; null when the event does not tell
 * @param outboundLink host of a link that was clicked; null when it does not lead to another
 * @param dimensions a value of each {@link SessionDimension}, empty where there is none; no values when there is none at all
 */
public record Circumstances(@Nullable String path, @Nullable String outboundLink, List<String> dimensions) {
    public static final Circumstances NONE = new Circumstances(null, null, List.of());
}
