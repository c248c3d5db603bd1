package dev.pulsegraph.event;

import dev.pulsegraph.paging.Identified;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An event that was not taken. */
record RejectedEvent(
        UUID id,
        UUID organizationId,
        Instant receivedAt,
        @Nullable String messageId,
        String code,
        String reason,
        @Nullable Object body)
        implements Identified {}
