package dev.pulsegraph.event;

import dev.pulsegraph.batch.Rejection;
import dev.pulsegraph.request.Storable;
import org.jspecify.annotations.Nullable;

/**
 * What became of one event, however it came.
 *
 * @param index its place among those it came with
 * @param code why it was rejected, or not written as it was sent, in a word
 * @param reason the same, in a sentence
 */
public record EventReceipt(
        int index,
        @Nullable String messageId,
        ReceiptStatus status,
        @Nullable String code,
        @Nullable String reason) {

    static EventReceipt accepted(int index, String messageId) {
        return new EventReceipt(index, messageId, ReceiptStatus.ACCEPTED, null, null);
    }

    static EventReceipt duplicate(int index, String messageId) {
        return new EventReceipt(index, messageId, ReceiptStatus.DUPLICATE, null, null);
    }

    static EventReceipt rejected(int index, @Nullable String messageId, String code, String reason) {
        return new EventReceipt(index, messageId, ReceiptStatus.REJECTED, code, reason);
    }

    /** Of an event that could not be read. */
    static EventReceipt of(Rejection rejection, @Nullable Object messageId) {
        return rejected(
                rejection.index(),
                messageId instanceof String id && Storable.isStorable(id) ? id : null,
                rejection.code(),
                rejection.reason());
    }

    EventReceipt at(int place) {
        return new EventReceipt(place, messageId, status, code, reason);
    }

    /** The same of an event that was brought into form, if it was written. */
    EventReceipt withNote(@Nullable String note) {
        return note != null && status == ReceiptStatus.ACCEPTED
                ? new EventReceipt(index, messageId, status, "ADJUSTED", note)
                : this;
    }
}
