package dev.pulsegraph.traffic;

/** What became of an event. */
public enum ReceiptStatus {
    ACCEPTED,
    DUPLICATE,
    REJECTED
}
