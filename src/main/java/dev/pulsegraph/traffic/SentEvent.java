package dev.pulsegraph.traffic;

import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An event as a client sent it: read, or refused with a reason. */
sealed interface SentEvent {
    @Nullable
    String messageId();

    /** What was sent, without addresses of people. */
    @Nullable
    Object body();

    Instant receivedAt();

    /**
     * One that can be taken.
     *
     * @param tracked what it is in an organization, which the key will say
     * @param note what was brought into form for it
     */
    record Good(
            String messageId,
            Function<UUID, TrackedEvent> tracked,
            @Nullable String note,
            Object body,
            Instant receivedAt)
            implements SentEvent {}

    /** One that cannot. */
    record Bad(
            @Nullable String messageId,
            String code,
            String reason,
            @Nullable Object body,
            Instant receivedAt) implements SentEvent {}
}
