package dev.pulsegraph.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.traffic.oracle.Ledger;
import dev.pulsegraph.traffic.oracle.Recount;
import dev.pulsegraph.traffic.oracle.Stored;
import dev.pulsegraph.traffic.oracle.VisitorEvent;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/** Some organizations, and a ledger of what was told of their visitors, to see whether the two say the same. */
abstract class TrafficWorld {
    private static final Pattern ROLLUP = Pattern.compile("^[^|]*\\|(quarter|day|user|group|contact)[ |]");
    private static final Pattern VISITS = Pattern.compile("\\|(contact\\|.*)\\|(\\d+)\\|(\\d+)$");
    private static final long QUARTER_MICROS = 900_000_000;

    final Ledger ledger = new Ledger();
    Instant receivedAt = Instant.EPOCH;

    private final Map<UUID, ZoneId> zones = new LinkedHashMap<>();
    private final Map<String, String> countedVisitors = new HashMap<>();
    private final Superuser superuser;

    TrafficWorld(Superuser superuser) {
        this.superuser = superuser;
    }

    UUID createOrganization(String zone) {
        UUID id = UUID.randomUUID();
        superuser.execute(
                "insert into organizations (id, name, slug, time_zone) values (?, 'Traffic', ?, ?)",
                id,
                Fixtures.unique("traffic"),
                zone);
        zones.put(id, ZoneId.of(zone));
        ledger.create(id);
        return id;
    }

    /** All that were ever created. */
    Set<UUID> organizations() {
        return Set.copyOf(zones.keySet());
    }

    /** To another time zone, in which its days must begin when they are rebuilt. */
    void move(UUID organization, String zone) {
        superuser.execute("update organizations set time_zone = ? where id = ?", zone, organization);
        zones.put(organization, ZoneId.of(zone));
    }

    void deleteOrganization(UUID organization) {
        superuser.execute("delete from organizations where id = ?", organization);
        ledger.delete(organization);
    }

    /** Tells of events, and sees whether each receipt is as it should be. */
    abstract void tell(List<VisitorEvent> events);

    /** Several at once; what they have in common must be the same events, since who comes first is not known. */
    abstract void tellTogether(List<List<VisitorEvent>> batches);

    /** Nothing of it may stay. */
    abstract void tellAndTakeBack(List<VisitorEvent> events);

    void compare() {
        assertThat(Stored.lines(superuser, zones.keySet()))
                .as("rows in %s", zones)
                .isEqualTo(expected());
    }

    /** As it is when raw events of before an instant are gone, and days of then were built from quarters of an hour. */
    void compareRollups(Instant rawSince) {
        assertThat(rollups(Stored.lines(superuser, zones.keySet()), rawSince))
                .as("rollups in %s", zones)
                .isEqualTo(rollups(expected(), rawSince));
    }

    /** Notes whom events are counted as, as long as their rows are there. */
    void noteCountedVisitors() {
        countedVisitors.putAll(Stored.countedVisitors(superuser));
    }

    private List<String> expected() {
        noteCountedVisitors();
        return zones.entrySet().stream()
                .flatMap(zone -> Recount.lines(ledger.of(zone.getKey()), zone.getValue(), countedVisitors).stream()
                        .map(line -> zone.getKey() + "|" + line))
                .sorted()
                .toList();
    }

    private static List<String> rollups(List<String> lines, Instant rawSince) {
        return lines.stream()
                .filter(line -> ROLLUP.matcher(line).find())
                .map(line -> VISITS.matcher(line)
                        .replaceFirst(visits -> "|" + visits.group(1) + "|" + blurred(visits.group(2), rawSince) + "|"
                                + blurred(visits.group(3), rawSince)))
                .sorted()
                .toList();
    }

    /** What was before is known to a quarter of an hour. */
    private static long blurred(String text, Instant rawSince) {
        long micros = Long.parseLong(text);
        return micros < rawSince.getEpochSecond() * 1_000_000 ? micros / QUARTER_MICROS * QUARTER_MICROS : micros;
    }
}
