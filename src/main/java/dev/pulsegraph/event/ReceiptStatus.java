package dev.pulsegraph.event;

/** What became of an event. */
public enum ReceiptStatus {
    ACCEPTED,
    DUPLICATE,
    REJECTED
}
