package dev.pulsegraph.chat;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message that is sent.
 *
 * @param metadata an object of JSON; null for none
 * @param createdAt null for now
 */
record NewMessage(
        @Nullable String messageId,
        MessageRole role,
        String content,
        @Nullable String metadata,
        @Nullable Instant createdAt) {}
