package dev.pulsegraph.event;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What a feature does when a visitor is erased, if it keeps more of visitors than SQL can take back. A feature offers a bean. */
public interface ErasureConsumer {
    /**
     * Called when events name the visitor no more, in the transaction that erases, which holds the lock of traffic.
     *
     * @param quarters of an hour with views and clicks of the visitor
     */
    void erased(UUID organization, List<Instant> quarters);
}
