package dev.pulsegraph.event;

import dev.pulsegraph.batch.Batch;
import dev.pulsegraph.organization.OrganizationRepository;
import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Takes events from people and programs that say which organization they are of. */
@Singleton
class EventService {
    private final EventRepository repository;
    private final OrganizationRepository organizations;
    private final EventReader reader;
    private final EventWriter writer;
    private final Clock clock;

    EventService(
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
        if (!repository.mayIngest(organization)) {
            organizations.requireVisible(organization);
            throw Problem.forbiddenByRole();
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Batch<TrackedEvent> batch = Batch.read(given, fields -> reader.read(organization, fields, now));
        Stream<EventReceipt> rejected = batch.rejected().stream()
                .map(rejection ->
                        EventReceipt.of(rejection, given.get(rejection.index()).get("messageId")));
        Stream<EventReceipt> written =
                writer.write(batch.items()).stream().map(receipt -> receipt.at(batch.index(receipt.index())));
        return TrackEventsPayload.of(Stream.concat(rejected, written)
                .sorted(Comparator.comparingInt(EventReceipt::index))
                .toList());
    }
}
