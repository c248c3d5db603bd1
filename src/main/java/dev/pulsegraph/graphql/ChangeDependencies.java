package dev.pulsegraph.graphql;

import java.util.UUID;

/** Is told by a field of Subscription what its value depends on. */
interface ChangeDependencies {
    /** For an operation that is answered once. */
    ChangeDependencies NONE = (topic, organization) -> {};

    void watch(String topic, UUID organization);
}
