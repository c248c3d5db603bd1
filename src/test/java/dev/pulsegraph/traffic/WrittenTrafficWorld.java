package dev.pulsegraph.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.event.Circumstances;
import dev.pulsegraph.event.ClickCategory;
import dev.pulsegraph.event.EventReceipt;
import dev.pulsegraph.event.EventWriter;
import dev.pulsegraph.event.ReceiptStatus;
import dev.pulsegraph.event.TrackType;
import dev.pulsegraph.event.TrackedEvent;
import dev.pulsegraph.support.Concurrently;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.traffic.oracle.VisitorEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

/** A world that is told of by the writer of this process. */
final class WrittenTrafficWorld extends TrafficWorld {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final EventWriter writer;
    private final OperationTransaction transaction;

    WrittenTrafficWorld(EventWriter writer, OperationTransaction transaction, Superuser superuser) {
        super(superuser);
        this.writer = writer;
        this.transaction = transaction;
    }

    @Override
    void tell(List<VisitorEvent> events) {
        List<String> expected =
                events.stream().map(event -> ledger.take(event, receivedAt)).toList();
        List<EventReceipt> receipts = send(events);
        for (int i = 0; i < receipts.size(); i++) {
            EventReceipt receipt = receipts.get(i);
            assertThat(receipt.index()).isEqualTo(i);
            assertThat(receipt.messageId()).isEqualTo(events.get(i).messageId());
            assertThat(outcome(receipt)).as("%s", events.get(i)).isEqualTo(expected.get(i));
        }
    }

    @Override
    void tellTogether(List<List<VisitorEvent>> batches) {
        List<List<EventReceipt>> receipts =
                Concurrently.call(batches.stream().map(batch -> (Callable<List<EventReceipt>>) () -> send(batch)));
        Map<VisitorEvent, List<String>> outcomes = new HashMap<>();
        for (int i = 0; i < batches.size(); i++) {
            for (EventReceipt receipt : receipts.get(i)) {
                outcomes.computeIfAbsent(batches.get(i).get(receipt.index()), any -> new ArrayList<>())
                        .add(outcome(receipt));
            }
        }
        outcomes.forEach((event, seen) -> {
            List<String> expected = new ArrayList<>();
            seen.forEach(any -> expected.add(ledger.take(event, receivedAt)));
            assertThat(seen).as("%s", event).containsExactlyInAnyOrderElementsOf(expected);
        });
    }

    @Override
    void tellAndTakeBack(List<VisitorEvent> events) {
        try {
            transaction.asWorker(TIMEOUT, () -> {
                writer.write(events(events));
                throw new UnsupportedOperationException("taken back");
            });
        } catch (UnsupportedOperationException takenBack) {
            assertThat(takenBack).hasMessage("taken back");
        }
    }

    private List<EventReceipt> send(List<VisitorEvent> events) {
        return transaction.asWorker(TIMEOUT, () -> writer.write(events(events)));
    }

    private static String outcome(EventReceipt receipt) {
        return receipt.status() == ReceiptStatus.REJECTED
                ? String.valueOf(receipt.code())
                : receipt.status().name();
    }

    private List<TrackedEvent> events(List<VisitorEvent> events) {
        return events.stream().map(this::event).toList();
    }

    private TrackedEvent event(VisitorEvent event) {
        String category = event.clickCategory();
        return new TrackedEvent(
                event.organization(),
                event.messageId(),
                TrackType.valueOf(event.type().toUpperCase(Locale.ROOT)),
                event.name(),
                event.anonymousId(),
                event.userId(),
                event.sessionId(),
                event.userCode(),
                event.shareCode(),
                event.contactId(),
                event.pageType(),
                event.clickTarget(),
                category == null ? null : ClickCategory.valueOf(category.toUpperCase(Locale.ROOT)),
                event.at(),
                receivedAt,
                event.bot(),
                null,
                event.userAgent(),
                event.referrer(),
                Map.of("of", event.messageId()),
                Map.of(),
                Circumstances.NONE);
    }
}
