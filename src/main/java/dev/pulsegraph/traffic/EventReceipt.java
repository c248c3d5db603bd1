package dev.pulsegraph.traffic;

import dev.pulsegraph.batch.Rejection;
import dev.pulsegraph.request.Storable;
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

    /** Of an event that could not be read. */
    static EventReceipt of(Rejection rejection, @Nullable Object messageId) {
        return new EventReceipt(
                rejection.index(),
                messageId instanceof String id && Storable.isStorable(id) ? id : null,
                ReceiptStatus.REJECTED,
                rejection.code(),
                rejection.reason());
    }

    EventReceipt at(int place) {
        return new EventReceipt(place, messageId, status, code, reason);
    }
}
