package dev.pulsegraph.traffic;

import org.jspecify.annotations.Nullable;

/**
 * What became of one event.
 *
 * @param index its place among those it came with
 * @param code why it was rejected, in a word
 * @param reason why it was rejected, in a sentence
 */
public record EventReceipt(
        int index,
        @Nullable String messageId,
        ReceiptStatus status,
        @Nullable String code,
        @Nullable String reason) {

    EventReceipt at(int place) {
        return new EventReceipt(place, messageId, status, code, reason);
    }
}
