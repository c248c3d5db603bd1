package dev.pulsegraph.traffic;

import dev.pulsegraph.batch.InvalidItem;
import dev.pulsegraph.database.Copy;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Writes events, and all that follows from them, in the running transaction. */
@Singleton
public class EventWriter {
    private final EventRepository repository;
    private final Copy copy;
    private final SketchStore sketches;
    private final EventTimes times;

    EventWriter(EventRepository repository, Copy copy, SketchStore sketches, EventTimes times) {
        this.repository = repository;
        this.copy = copy;
        this.sketches = sketches;
        this.times = times;
    }

    /**
     * Writes events. Two of one message id are one: it counts once, now and later.
     *
     * @param events of any organizations that the transaction's caller may write; the worker may write all
     * @return a receipt for each, in their order
     */
    public List<EventReceipt> write(List<TrackedEvent> events) {
        return take(send(events), Set.of());
    }

    /** Gets events ready to be taken in the same transaction. Nobody waits for that. */
    Batch send(List<TrackedEvent> events) {
        @Nullable String[] visitors = new String[events.size()];
        EventReceipt[] receipts = new EventReceipt[events.size()];
        for (int i = 0; i < receipts.length; i++) {
            visitors[i] = EventRows.visitor(events.get(i));
            receipts[i] = judge(i, events.get(i), visitors[i]);
        }
        repository.beginBatch();
        copy.send(
                EventRows.COPY_EVENTS,
                accepted(receipts).mapToObj(i -> EventRows.row(i, events.get(i), String.valueOf(visitors[i]))));
        return new Batch(events, visitors, receipts);
    }

    /**
     * Writes the events that were sent last.
     *
     * @param leftOut organizations whose events are not to be written
     * @return a receipt for each event that is not of those, in their order
     */
    List<EventReceipt> take(Batch batch, Set<UUID> leftOut) {
        List<TrackedEvent> events = batch.events;
        EventReceipt[] receipts = batch.receipts;
        if (!leftOut.isEmpty()) {
            repository.leaveOut(leftOut.stream().map(UUID::toString).toList());
        }
        for (EventRepository.Refusal refusal : repository.take()) {
            receipts[refusal.number()] = refused(refusal, events.get(refusal.number()));
        }
        var marks = new SketchUpdater(repository.listSketches());
        accepted(receipts)
                .filter(i -> isTraffic(events.get(i))
                        && !leftOut.contains(events.get(i).organization()))
                .forEach(i -> marks.add(events.get(i), String.valueOf(batch.visitors[i])));
        sketches.store(marks.changed());
        return IntStream.range(0, receipts.length)
                .filter(i -> !leftOut.contains(events.get(i).organization()))
                .mapToObj(i -> receipts[i])
                .toList();
    }

    /** Has other writers of these organizations wait until the end of the transaction, but for those it answers. */
    Set<UUID> lockSoon(Set<UUID> organizations) {
        return Set.copyOf(
                repository.lockSoon(organizations.stream().map(UUID::toString).toList()));
    }

    private EventReceipt judge(int index, TrackedEvent event, @Nullable String visitor) {
        if (visitor == null) {
            return rejected(
                    index, event, "NO_VISITOR", "anonymousId: one of anonymousId, userId and sessionId is needed.");
        }
        InvalidItem refused = times.refusal(event.at(), event.receivedAt());
        if (refused != null) {
            return rejected(index, event, refused.code(), refused.reason());
        }
        return new EventReceipt(index, event.messageId(), ReceiptStatus.ACCEPTED, null, null);
    }

    private static EventReceipt refused(EventRepository.Refusal refusal, TrackedEvent event) {
        return refusal.code().equals("DUPLICATE")
                ? new EventReceipt(refusal.number(), event.messageId(), ReceiptStatus.DUPLICATE, null, null)
                : rejected(refusal.number(), event, refusal.code(), "organization: it does not exist any more.");
    }

    private static EventReceipt rejected(int index, TrackedEvent event, String code, String reason) {
        return new EventReceipt(index, event.messageId(), ReceiptStatus.REJECTED, code, reason);
    }

    private static boolean isTraffic(TrackedEvent event) {
        return !event.bot() && (event.type() == TrackType.PAGE || event.type() == TrackType.CLICK);
    }

    private static IntStream accepted(EventReceipt[] receipts) {
        return IntStream.range(0, receipts.length).filter(i -> receipts[i].status() == ReceiptStatus.ACCEPTED);
    }

    /** Events in the temporary table, beside who did them and what is known of them already. */
    static final class Batch {
        private final List<TrackedEvent> events;
        private final @Nullable String[] visitors;
        private final EventReceipt[] receipts;

        private Batch(List<TrackedEvent> events, @Nullable String[] visitors, EventReceipt[] receipts) {
            this.events = events;
            this.visitors = visitors;
            this.receipts = receipts;
        }
    }
}
