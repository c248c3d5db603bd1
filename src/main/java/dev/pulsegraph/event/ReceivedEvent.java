package dev.pulsegraph.event;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An event as a client sent it: read, or rejected with a reason. */
sealed interface ReceivedEvent {
    @Nullable
    String messageId();

    /** As JSON has it. */
    @Nullable
    Object sent();

    Instant receivedAt();

    /** What was sent, without keys and addresses of people. */
    default @Nullable Object body() {
        if (!(sent() instanceof Map<?, ?> fields)) {
            return sent();
        }
        Map<String, Object> body = new JsonFields("", fields).copy();
        body.remove("writeKey");
        if (body.get("context") instanceof Map<?, ?> context && context.containsKey("ip")) {
            Map<String, Object> stored = new JsonFields("", context).copy();
            stored.remove("ip");
            body.put("context", stored);
        }
        return body;
    }

    /**
     * One that can be written.
     *
     * @param ofOrganization the event in an organization, which the key will say
     * @param note what was brought into form for it
     */
    record Valid(
            String messageId,
            Function<UUID, TrackedEvent> ofOrganization,
            @Nullable String note,
            Object sent,
            Instant receivedAt)
            implements ReceivedEvent {}

    /** One that cannot. */
    record Invalid(
            @Nullable String messageId,
            String code,
            String reason,
            @Nullable Object sent,
            Instant receivedAt) implements ReceivedEvent {}
}
