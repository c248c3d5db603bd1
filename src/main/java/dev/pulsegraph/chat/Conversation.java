package dev.pulsegraph.chat;

import dev.pulsegraph.paging.Identified;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a visitor and an assistant talk about.
 *
 * @param reference what the client calls it
 */
public record Conversation(
        UUID id,
        UUID organizationId,
        UUID domainId,
        @Nullable String reference,
        @Nullable String session,
        ConversationStatus status,
        Map<String, Object> metadata,
        Instant startedAt,
        @Nullable Instant endedAt,
        Instant createdAt,
        Instant updatedAt)
        implements Identified {}
