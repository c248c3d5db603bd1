package dev.pulsegraph.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.Together;
import dev.pulsegraph.traffic.oracle.Deed;
import dev.pulsegraph.traffic.oracle.Ledger;
import dev.pulsegraph.traffic.oracle.Recount;
import dev.pulsegraph.traffic.oracle.Stored;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;

/** Some organizations, and a ledger of what was told of their visitors, to see whether the two say the same. */
final class TrafficWorld {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    final Ledger ledger = new Ledger();
    Instant receivedAt = Instant.EPOCH;

    private final Map<UUID, ZoneId> zones = new LinkedHashMap<>();
    private final EventWriter writer;
    private final OperationTransaction transaction;
    private final Superuser superuser;

    TrafficWorld(EventWriter writer, OperationTransaction transaction, Superuser superuser) {
        this.writer = writer;
        this.transaction = transaction;
        this.superuser = superuser;
    }

    UUID found(String zone) {
        UUID id = UUID.randomUUID();
        superuser.execute(
                "insert into organizations (id, name, slug, time_zone) values (?, 'Traffic', ?, ?)",
                id,
                Fixtures.unique("traffic"),
                zone);
        zones.put(id, ZoneId.of(zone));
        ledger.found(id);
        return id;
    }

    /** All that were ever founded. */
    Set<UUID> organizations() {
        return Set.copyOf(zones.keySet());
    }

    /** To another time zone, in which its days must begin when they are rebuilt. */
    void move(UUID organization, String zone) {
        superuser.execute("update organizations set time_zone = ? where id = ?", zone, organization);
        zones.put(organization, ZoneId.of(zone));
    }

    void dissolve(UUID organization) {
        superuser.execute("delete from organizations where id = ?", organization);
        ledger.dissolve(organization);
    }

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

    /** Several at once; what they have in common must be the same deeds, since who comes first is not known. */
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

    /** Nothing of it may stay. */
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

    void compare() {
        List<String> expected = zones.entrySet().stream()
                .flatMap(zone -> Recount.lines(ledger.of(zone.getKey()), zone.getValue()).stream()
                        .map(line -> zone.getKey() + "|" + line))
                .sorted()
                .toList();
        assertThat(Stored.lines(superuser, zones.keySet()))
                .as("rows in %s", zones)
                .isEqualTo(expected);
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
