package dev.pulsegraph.chat;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A conversation that begins.
 *
 * @param reference what the client calls it; one of this name that is there is answered instead
 * @param startedAt null for now
 */
record StartConversationInput(
        UUID organization,
        UUID domain,
        @Nullable String reference,
        @Nullable String session,
        Map<String, Object> metadata,
        @Nullable Instant startedAt) {}
