package dev.pulsegraph.event;

import java.util.List;

/** What became of events; the three numbers together are all of them. */
public record TrackEventsPayload(int accepted, int duplicates, int rejected, List<EventReceipt> receipts) {

    static TrackEventsPayload of(List<EventReceipt> receipts) {
        return new TrackEventsPayload(
                count(receipts, ReceiptStatus.ACCEPTED),
                count(receipts, ReceiptStatus.DUPLICATE),
                count(receipts, ReceiptStatus.REJECTED),
                receipts);
    }

    private static int count(List<EventReceipt> receipts, ReceiptStatus status) {
        return (int)
                receipts.stream().filter(receipt -> receipt.status() == status).count();
    }
}
