package dev.pulsegraph.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.Together;
import dev.pulsegraph.traffic.oracle.Deed;
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
    void tell(List<Deed> deeds) {
        List<String> expected =
                deeds.stream().map(deed -> ledger.take(deed, receivedAt)).toList();
        List<EventReceipt> receipts = send(deeds);
        for (int i = 0; i < receipts.size(); i++) {
            EventReceipt receipt = receipts.get(i);
            assertThat(receipt.index()).isEqualTo(i);
            assertThat(receipt.messageId()).isEqualTo(deeds.get(i).messageId());
            assertThat(outcome(receipt)).as("%s", deeds.get(i)).isEqualTo(expected.get(i));
        }
    }

    @Override
    void tellTogether(List<List<Deed>> batches) {
        List<List<EventReceipt>> receipts =
                Together.all(batches.stream().map(batch -> (Callable<List<EventReceipt>>) () -> send(batch)));
        Map<Deed, List<String>> outcomes = new HashMap<>();
        for (int i = 0; i < batches.size(); i++) {
            for (EventReceipt receipt : receipts.get(i)) {
                outcomes.computeIfAbsent(batches.get(i).get(receipt.index()), any -> new ArrayList<>())
                        .add(outcome(receipt));
            }
        }
        outcomes.forEach((deed, seen) -> {
            List<String> expected = new ArrayList<>();
            seen.forEach(any -> expected.add(ledger.take(deed, receivedAt)));
            assertThat(seen).as("%s", deed).containsExactlyInAnyOrderElementsOf(expected);
        });
    }

    @Override
    void tellAndTakeBack(List<Deed> deeds) {
        try {
            transaction.asWorker(TIMEOUT, () -> {
                writer.write(events(deeds));
                throw new UnsupportedOperationException("taken back");
            });
        } catch (UnsupportedOperationException takenBack) {
            assertThat(takenBack).hasMessage("taken back");
        }
    }

    private List<EventReceipt> send(List<Deed> deeds) {
        return transaction.asWorker(TIMEOUT, () -> writer.write(events(deeds)));
    }

    private static String outcome(EventReceipt receipt) {
        return receipt.status() == ReceiptStatus.REJECTED
                ? String.valueOf(receipt.code())
                : receipt.status().name();
    }

    private List<TrackedEvent> events(List<Deed> deeds) {
        return deeds.stream().map(this::event).toList();
    }

    private TrackedEvent event(Deed deed) {
        String category = deed.clickCategory();
        return new TrackedEvent(
                deed.organization(),
                deed.messageId(),
                TrackType.valueOf(deed.type().toUpperCase(Locale.ROOT)),
                deed.name(),
                deed.anonymousId(),
                deed.userId(),
                deed.sessionId(),
                deed.userCode(),
                deed.shareCode(),
                deed.contactId(),
                deed.pageType(),
                deed.clickTarget(),
                category == null ? null : ClickCategory.valueOf(category.toUpperCase(Locale.ROOT)),
                deed.at(),
                receivedAt,
                deed.bot(),
                null,
                deed.userAgent(),
                deed.referrer(),
                Map.of("of", deed.messageId()),
                Map.of());
    }
}
