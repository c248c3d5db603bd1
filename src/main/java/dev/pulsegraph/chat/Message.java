package dev.pulsegraph.chat;

import dev.pulsegraph.paging.Identified;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was said in a conversation.
 *
 * @param messageId what the client calls it
 */
public record Message(
        UUID id,
        UUID conversationId,
        @Nullable String messageId,
        MessageRole role,
        String content,
        Map<String, Object> metadata,
        Instant createdAt)
        implements Identified {}
