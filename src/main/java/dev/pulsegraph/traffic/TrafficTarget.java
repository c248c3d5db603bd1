package dev.pulsegraph.traffic;

import dev.pulsegraph.ingest.EventOrigin;
import dev.pulsegraph.ingest.EventOutcome;
import dev.pulsegraph.ingest.EventTarget;
import dev.pulsegraph.ingest.OwnedEvent;
import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Events over HTTP: {@code POST /v1/track}, {@code /v1/batch} and the like. What is rejected is kept for a look. */
@Singleton
class TrafficTarget implements EventTarget<SentEvent> {
    private static final EventOutcome BUSY = new EventOutcome(null, EventOutcome.Status.BUSY, null, null);

    private final SegmentReader reader;
    private final EventWriter writer;
    private final IngestRejects rejects;

    TrafficTarget(SegmentReader reader, EventWriter writer, IngestRejects rejects) {
        this.reader = reader;
        this.writer = writer;
        this.rejects = rejects;
    }

    @Override
    public SentEvent read(@Nullable String kind, @Nullable Object item, EventOrigin origin) {
        return reader.read(kind, item, origin);
    }

    @Override
    public List<EventOutcome> write(List<OwnedEvent<SentEvent>> events, Turn turn, boolean patient) {
        List<TrackedEvent> tracked = new ArrayList<>(events.size());
        for (OwnedEvent<SentEvent> owned : events) {
            if (owned.event() instanceof SentEvent.Good readable) {
                tracked.add(readable.tracked().apply(owned.organization()));
            }
        }
        EventWriter.Batch batch = writer.send(tracked);
        turn.await();
        Set<UUID> busy = patient ? Set.of() : writer.lockSoon(organizations(events));
        Iterator<EventReceipt> receipts = writer.take(batch, busy).iterator();
        List<EventOutcome> outcomes = new ArrayList<>(events.size());
        List<IngestRejects.Reject> rejected = new ArrayList<>();
        for (OwnedEvent<SentEvent> owned : events) {
            if (busy.contains(owned.organization())) {
                outcomes.add(BUSY);
                continue;
            }
            EventOutcome outcome = switch (owned.event()) {
                case SentEvent.Good readable -> outcome(receipts.next(), readable.note());
                case SentEvent.Bad refused -> rejected(refused.messageId(), refused.code(), refused.reason());
            };
            outcomes.add(outcome);
            if (outcome.status() == EventOutcome.Status.REJECTED) {
                rejected.add(new IngestRejects.Reject(owned, outcome));
            }
        }
        rejects.keep(rejected);
        return outcomes;
    }

    private static Set<UUID> organizations(List<OwnedEvent<SentEvent>> events) {
        return events.stream().map(OwnedEvent::organization).collect(Collectors.toSet());
    }

    @Override
    public EventOutcome refuse(OwnedEvent<SentEvent> event, Problem problem) {
        EventOutcome outcome =
                rejected(event.event().messageId(), problem.code().name(), problem.getMessage());
        rejects.keep(List.of(new IngestRejects.Reject(event, outcome)));
        return outcome;
    }

    private static EventOutcome rejected(@Nullable String messageId, String code, String reason) {
        return new EventOutcome(messageId, EventOutcome.Status.REJECTED, code, reason);
    }

    private static EventOutcome outcome(EventReceipt receipt, @Nullable String note) {
        boolean adjusted = note != null && receipt.status() == ReceiptStatus.ACCEPTED;
        return new EventOutcome(
                receipt.messageId(),
                EventOutcome.Status.valueOf(receipt.status().name()),
                adjusted ? "ADJUSTED" : receipt.code(),
                adjusted ? note : receipt.reason());
    }
}
