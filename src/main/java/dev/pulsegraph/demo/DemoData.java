package dev.pulsegraph.demo;

import io.micronaut.core.order.Ordered;

/** What a feature adds to the demo organizations, offered as a bean beside it; in their order, as rows refer to those of earlier features. */
public interface DemoData extends Ordered {
    /** Writes its rows, in the one transaction that makes the demo. */
    default void create(DemoRows rows) {}

    /** Does what comes after the commit, if it is not done yet: again, when the start that made the demo was broken off. */
    default void complete() {}
}
