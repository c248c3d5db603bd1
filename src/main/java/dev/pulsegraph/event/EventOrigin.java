package dev.pulsegraph.event;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The request an event came with.
 *
 * @param request the fields of its body, beside the events
 * @param address where it came from
 * @param userAgent what it says of its program
 * @param browser whether a page in a browser sent it, so that address and program are those of a visitor
 */
public record EventOrigin(
        Instant receivedAt,
        Map<?, ?> request,
        @Nullable String address,
        @Nullable String userAgent,
        boolean browser) {}
