package dev.pulsegraph.event;

import java.util.List;

/**
 * What a feature makes of events. A feature offers a bean; what it does in SQL is called by {@code app.write_event_batch}, before
 * this.
 */
public interface EventConsumer {
    /**
     * Called with the events of a batch that were written, in the transaction that writes them.
     *
     * @param events of organizations that the transaction may write
     */
    void consume(List<WrittenEvent> events);
}
