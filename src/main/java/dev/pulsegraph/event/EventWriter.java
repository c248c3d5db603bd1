package dev.pulsegraph.event;

import static java.util.Objects.requireNonNull;

import dev.pulsegraph.batch.InvalidItem;
import dev.pulsegraph.database.Copy;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/** Writes events, and all that follows from them, in the running transaction. */
@Singleton
public class EventWriter {
    private final EventRepository repository;
    private final Copy copy;
    private final EventTimestamps timestamps;
    private final List<EventConsumer> consumers;

    EventWriter(EventRepository repository, Copy copy, EventTimestamps timestamps, List<EventConsumer> consumers) {
        this.repository = repository;
        this.copy = copy;
        this.timestamps = timestamps;
        this.consumers = consumers;
    }

    /**
     * Writes events. Two of one message id are one: it counts once, now and later.
     *
     * @param events of any organizations that the transaction's caller may write; the worker may write all
     * @return a receipt for each, in their order
     */
    public List<EventReceipt> write(List<TrackedEvent> events) {
        return write(stage(events), Set.of());
    }

    /** Gets events ready to be written in the same transaction. Nobody waits for that. */
    Batch stage(List<TrackedEvent> events) {
        EventReceipt[] receipts = new EventReceipt[events.size()];
        for (int i = 0; i < receipts.length; i++) {
            receipts[i] = check(i, events.get(i));
        }
        var rows = new EventCopyFormat();
        accepted(receipts).forEach(i -> rows.add(i, events.get(i), visitor(events.get(i))));
        repository.createStaging();
        copy.send(EventCopyFormat.COPY, rows.rows());
        return new Batch(events, receipts);
    }

    /**
     * Writes the events that were staged last.
     *
     * @param leftOut organizations whose events are not to be written
     * @return a receipt for each event that is not of those, in their order
     */
    List<EventReceipt> write(Batch batch, Set<UUID> leftOut) {
        List<TrackedEvent> events = batch.events;
        EventReceipt[] receipts = batch.receipts;
        if (!leftOut.isEmpty()) {
            repository.deleteStaged(leftOut.stream().map(UUID::toString).toList());
        }
        Map<Integer, String> visitors = new HashMap<>();
        for (EventRepository.Outcome row : repository.writeStaged()) {
            if (row.code() != null) {
                receipts[row.position()] = notWritten(row.position(), row.code(), events.get(row.position()));
            } else if (row.countedVisitor() != null) {
                visitors.put(row.position(), row.countedVisitor());
            }
        }
        List<WrittenEvent> written = accepted(receipts)
                .filter(i -> !leftOut.contains(events.get(i).organization()))
                .mapToObj(i -> {
                    String counted = visitors.get(i);
                    return new WrittenEvent(events.get(i), counted == null ? visitor(events.get(i)) : counted);
                })
                .toList();
        consumers.forEach(consumer -> consumer.consume(written));
        return IntStream.range(0, receipts.length)
                .filter(i -> !leftOut.contains(events.get(i).organization()))
                .mapToObj(i -> receipts[i])
                .toList();
    }

    /** Has other writers of these organizations wait until the end of the transaction, but for those it answers. */
    Set<UUID> lock(Set<UUID> organizations) {
        return Set.copyOf(
                repository.lock(organizations.stream().map(UUID::toString).toList()));
    }

    private EventReceipt check(int index, TrackedEvent event) {
        if (event.visitor() == null) {
            return EventReceipt.rejected(
                    index,
                    event.messageId(),
                    "NO_VISITOR",
                    "anonymousId: one of anonymousId, userId and sessionId is needed.");
        }
        InvalidItem fault = timestamps.findFault(event.at(), event.receivedAt());
        return fault == null
                ? EventReceipt.accepted(index, event.messageId())
                : EventReceipt.rejected(index, event.messageId(), fault.code(), fault.reason());
    }

    private static String visitor(TrackedEvent event) {
        return requireNonNull(event.visitor(), "an event without a visitor is not accepted");
    }

    private static EventReceipt notWritten(int position, String code, TrackedEvent event) {
        return code.equals("DUPLICATE")
                ? EventReceipt.duplicate(position, event.messageId())
                : EventReceipt.rejected(position, event.messageId(), code, "organization: it does not exist any more.");
    }

    private static IntStream accepted(EventReceipt[] receipts) {
        return IntStream.range(0, receipts.length).filter(i -> receipts[i].status() == ReceiptStatus.ACCEPTED);
    }

    /** Events in the temporary table, beside what is known of them already. */
    static final class Batch {
        private final List<TrackedEvent> events;
        private final EventReceipt[] receipts;

        private Batch(List<TrackedEvent> events, EventReceipt[] receipts) {
            this.events = events;
            this.receipts = receipts;
        }
    }
}
