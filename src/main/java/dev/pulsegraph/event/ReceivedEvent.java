package dev.pulsegraph.event;

import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An event as a client sent it: read, or rejected with a reason. */
sealed interface ReceivedEvent {
    @Nullable
    String messageId();

    /** What was sent, without addresses of people. */
    @Nullable
    Object body();

    Instant receivedAt();

    /**
     * One that can be written.
     *
     * @param ofOrganization the event in an organization, which the key will say
     * @param note what was brought into form for it
     */
    record Valid(
            String messageId,
            Function<UUID, Event> ofOrganization,
            @Nullable String note,
            Object body,
            Instant receivedAt)
            implements ReceivedEvent {}

    /** One that cannot. */
    record Invalid(
            @Nullable String messageId,
            String code,
            String reason,
            @Nullable Object body,
            Instant receivedAt) implements ReceivedEvent {}
}
