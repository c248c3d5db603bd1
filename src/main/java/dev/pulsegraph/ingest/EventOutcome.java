package dev.pulsegraph.ingest;

import org.jspecify.annotations.Nullable;

/**
 * What became of an event.
 *
 * @param code why it was rejected, or not taken as it was, for machines
 * @param reason the same, in a sentence
 */
public record EventOutcome(
        @Nullable String messageId,
        Status status,
        @Nullable String code,
        @Nullable String reason) {

    public enum Status {
        ACCEPTED,
        DUPLICATE,
        REJECTED,
        /** Not written yet: somebody else is writing for its organization, and for long. */
        BUSY
    }
}
