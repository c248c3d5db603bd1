package dev.pulsegraph.traffic;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.job.Job;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What keeps traffic in order. */
@Factory
class TrafficJobs {
    private static final Logger LOG = LoggerFactory.getLogger(TrafficJobs.class);
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final int AUDITED = 20;

    private final TrafficUpkeepRepository repository;
    private final TrafficUpkeep upkeep;
    private final OperationTransaction transaction;

    TrafficJobs(TrafficUpkeepRepository repository, TrafficUpkeep upkeep, OperationTransaction transaction) {
        this.repository = repository;
        this.upkeep = upkeep;
        this.transaction = transaction;
    }

    @Singleton
    Job cleanUp(TrafficSettings settings) {
        return new Job(
                "traffic.cleanup",
                "Drops months of raw events past the retention; rollups stay.",
                Duration.ofDays(1),
                () -> transaction.asWorker(TIMEOUT, () -> repository.cleanUp(settings.retentionDays())));
    }

    @Singleton
    Job pruneRejects(IngestRejectRepository rejects) {
        return new Job(
                "traffic.rejects",
                "Deletes rejected events that were received more than 7 days ago.",
                Duration.ofHours(6),
                () -> "Deleted " + transaction.asWorker(Duration.ofMinutes(1), rejects::prune) + " rejected events.");
    }

    @Singleton
    Job zones() {
        return new Job(
                "traffic.zones",
                "Rebuilds the days of traffic of organizations that moved to another time zone.",
                Duration.ofMinutes(1),
                this::rebuildZones);
    }

    @Singleton
    Job audit(MeterRegistry meters) {
        Counter drift = Counter.builder("pulsegraph.traffic.drift")
                .description("Rows of traffic that differed from a recount of raw events, and were set right")
                .register(meters);
        return new Job(
                "traffic.audit",
                "Recounts random days from raw events, and sets rollups right that differ.",
                Duration.ofHours(1),
                () -> audit(drift));
    }

    private String rebuildZones() {
        int rebuilt = 0;
        for (UUID organization : transaction.asWorker(TIMEOUT, repository::listInAnotherZone)) {
            rebuilt += transaction.asWorker(TIMEOUT, () -> upkeep.rebuildZone(organization)) ? 1 : 0;
        }
        return "Rebuilt the days of " + rebuilt + " organizations.";
    }

    private String audit(Counter drift) {
        int rows = 0;
        List<TrafficUpkeepRepository.Sample> days = transaction.asWorker(TIMEOUT, () -> repository.pickDays(AUDITED));
        for (TrafficUpkeepRepository.Sample day : days) {
            TrafficDrift found = transaction.asWorker(TIMEOUT, () -> upkeep.recount(day.organization(), day.date()));
            if (found.rows() > 0) {
                LOG.error(
                        "Traffic of organization {} on {} differed from a recount and was set right: {}",
                        day.organization(),
                        day.date(),
                        found.tables());
                rows += found.rows();
            }
        }
        drift.increment(rows);
        return "Recounted " + days.size() + " days; " + rows + " rows differed"
                + (rows == 0 ? "." : " and were set right.");
    }
}
