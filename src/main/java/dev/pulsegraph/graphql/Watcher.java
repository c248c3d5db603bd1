package dev.pulsegraph.graphql;

import java.util.UUID;

/** Is told by a field of Subscription what its value depends on. */
interface Watcher {
    /** For an operation that is answered once. */
    Watcher NONE = (topic, organization) -> {};

    void watch(String topic, UUID organization);
}
