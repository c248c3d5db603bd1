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
 * @param browser whether a page in a browser sent it, so that address, program and languages are those of a visitor
 * @param languages that it accepts
 * @param country as a trusted proxy tells it, of that address
 */
public record EventOrigin(
        Instant receivedAt,
        Map<?, ?> request,
        @Nullable String address,
        @Nullable String userAgent,
        boolean browser,
        @Nullable String languages,
        @Nullable String country) {}
