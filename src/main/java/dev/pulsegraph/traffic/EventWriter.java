package dev.pulsegraph.traffic;

import jakarta.inject.Singleton;
import java.util.List;

/** Writes events, and all that follows from them, in the running transaction. */
@Singleton
public class EventWriter {

    /** One receipt an event, in their order. The caller acts as the worker, or may write each event's organization. */
    public List<EventReceipt> write(List<TrackedEvent> events) {
        if (events.isEmpty()) {
            return List.of();
        }
        throw new UnsupportedOperationException("Not yet written.");
    }
}
