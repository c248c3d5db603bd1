package dev.pulsegraph.product;

/** How a property is compared. */
public enum PropertyOp {
    EQ,
    NE,
    IN,
    GT,
    GTE,
    LT,
    LTE,
    CONTAINS,
    EXISTS
}
