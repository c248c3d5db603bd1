package dev.pulsegraph.ingest;

import dev.pulsegraph.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a feature makes of events. Many requests are written in one transaction; the same event twice must count once, for
 * a client that saw no answer sends it again.
 *
 * @param <E> what an event becomes when it is read
 */
public interface EventTarget<E> {
    /**
     * Reads an event, in the thread of its request. One with a fault is read too, and told of when it is written: by
     * then it is known whose it is.
     *
     * @param kind what the address says it is, such as {@code track}; null where the event says so itself
     * @param item what JSON has
     */
    E read(@Nullable String kind, @Nullable Object item, EventOrigin origin);

    /**
     * Writes in a transaction of the worker; what became of each, in their order.
     *
     * @param turn of this batch, to be awaited before anything is done that has other batches wait
     * @param patient whether to wait for whoever writes for the same organizations; otherwise those that are written for
     *     long are left out, all of their events {@link EventOutcome.Status#BUSY}
     */
    List<EventOutcome> write(List<OwnedEvent<E>> events, Turn turn, boolean patient);

    /** Takes note of an event that the database refused when it was the only one. In a transaction of the worker. */
    EventOutcome refuse(OwnedEvent<E> event, Problem problem);

    /** When a batch is written, of those that are made ready at the same time. */
    @FunctionalInterface
    interface Turn {
        /** Returns when all batches that were taken before this one are done with. */
        void await();
    }
}
