package dev.pulsegraph.traffic;

import dev.pulsegraph.organization.OrganizationRepository;
import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Takes events from people and programs that say which organization they are of. */
@Singleton
class TrafficService {
    private final EventRepository repository;
    private final OrganizationRepository organizations;
    private final EventReader reader;
    private final EventWriter writer;
    private final Clock clock;

    TrafficService(
            EventRepository repository,
            OrganizationRepository organizations,
            EventReader reader,
            EventWriter writer,
            Clock clock) {
        this.repository = repository;
        this.organizations = organizations;
        this.reader = reader;
        this.writer = writer;
        this.clock = clock;
    }

    TrackEventsPayload track(UUID organization, List<Map<String, @Nullable Object>> given) {
        // Asked here, so that a call without a single good event is refused all the same.
        if (!repository.mayTrack(organization)) {
            organizations.requireVisible(organization);
            throw Problem.forbiddenByRole();
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        List<TrackedEvent> events = new ArrayList<>(given.size());
        List<Integer> places = new ArrayList<>(given.size());
        List<EventReceipt> receipts = new ArrayList<>(given.size());
        for (int i = 0; i < given.size(); i++) {
            try {
                events.add(reader.read(organization, given.get(i), now));
                places.add(i);
            } catch (EventReader.Unreadable unreadable) {
                receipts.add(unreadable.receipt(i, given.get(i).get("messageId")));
            }
        }
        writer.write(events).forEach(receipt -> receipts.add(receipt.at(places.get(receipt.index()))));
        receipts.sort(Comparator.comparingInt(EventReceipt::index));
        return TrackEventsPayload.of(receipts);
    }
}
