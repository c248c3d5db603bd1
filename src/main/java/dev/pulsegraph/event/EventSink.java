package dev.pulsegraph.event;

import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes events that come over HTTP: {@code POST /v1/track}, {@code /v1/batch} and the like. Many requests are written
 * in one transaction; the same event twice counts once, for a client that saw no answer sends it again. What is rejected is kept
 * for a look.
 */
@Singleton
class EventSink {
    private final SegmentReader reader;
    private final EventWriter writer;
    private final RejectedEvents rejectedEvents;

    EventSink(SegmentReader reader, EventWriter writer, RejectedEvents rejectedEvents) {
        this.reader = reader;
        this.writer = writer;
        this.rejectedEvents = rejectedEvents;
    }

    /**
     * Reads an event, in the thread of its request. One with a fault is read too, and told of when it is written: by then it is
     * known whose it is.
     *
     * @param kind what the address says it is, such as {@code track}; null where the event says so itself
     * @param item what JSON has
     */
    ReceivedEvent read(@Nullable String kind, @Nullable Object item, EventOrigin origin) {
        return reader.read(kind, item, origin);
    }

    /**
     * Writes in a transaction of the worker.
     *
     * @param turn of this batch, to be awaited before anything is done that has other batches wait
     * @param waitsForLocks whether to wait for whoever writes for the same organizations; otherwise those that are written for
     *     long are left out
     */
    Result write(List<OrganizationEvent> events, CommitSequencer.Turn turn, boolean waitsForLocks) {
        List<TrackedEvent> valid = new ArrayList<>(events.size());
        for (OrganizationEvent one : events) {
            if (one.event() instanceof ReceivedEvent.Valid event) {
                valid.add(event.ofOrganization().apply(one.organization()));
            }
        }
        EventWriter.Batch batch = writer.stage(valid);
        turn.await();
        Set<UUID> busy = waitsForLocks ? Set.of() : writer.lock(organizations(events));
        Iterator<EventReceipt> written = writer.write(batch, busy).iterator();
        List<EventReceipt> receipts = new ArrayList<>(events.size());
        List<RejectedEvents.Entry> rejected = new ArrayList<>();
        for (OrganizationEvent one : events) {
            if (busy.contains(one.organization())) {
                continue;
            }
            EventReceipt receipt = switch (one.event()) {
                case ReceivedEvent.Valid event -> written.next().withNote(event.note());
                case ReceivedEvent.Invalid event ->
                    EventReceipt.rejected(receipts.size(), event.messageId(), event.code(), event.reason());
            };
            receipts.add(receipt);
            if (receipt.status() == ReceiptStatus.REJECTED) {
                rejected.add(new RejectedEvents.Entry(one, receipt));
            }
        }
        rejectedEvents.add(rejected);
        return new Result(receipts, busy);
    }

    private static Set<UUID> organizations(List<OrganizationEvent> events) {
        return events.stream().map(OrganizationEvent::organization).collect(Collectors.toSet());
    }

    /** Takes note of an event that the database refused when it was the only one. In a transaction of the worker. */
    EventReceipt reject(OrganizationEvent event, Problem problem) {
        EventReceipt receipt = EventReceipt.rejected(
                0, event.event().messageId(), problem.code().name(), problem.getMessage());
        rejectedEvents.add(List.of(new RejectedEvents.Entry(event, receipt)));
        return receipt;
    }

    /**
     * What became of events.
     *
     * @param receipts one for each event of the other organizations, in their order
     * @param busy organizations that somebody else is writing for, and for long; none of their events are written yet
     */
    record Result(List<EventReceipt> receipts, Set<UUID> busy) {}
}
