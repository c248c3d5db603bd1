package dev.pulsegraph.metric;

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

/** What keeps metrics in order. */
@Factory
class MetricJobs {
    private static final Logger LOG = LoggerFactory.getLogger(MetricJobs.class);
    private static final int AUDITED = 20;

    private final MetricUpkeepRepository upkeep;
    private final OperationTransaction transaction;

    MetricJobs(MetricUpkeepRepository upkeep, OperationTransaction transaction) {
        this.upkeep = upkeep;
        this.transaction = transaction;
    }

    @Singleton
    Job archive(MetricSettings settings) {
        return new Job(
                "metrics.archive",
                "Moves months of samples past the retention into the archive.",
                Duration.ofDays(1),
                () -> "Archived "
                        + transaction.asWorker(Duration.ofMinutes(1), () -> upkeep.archive(settings.retention()))
                        + " months.");
    }

    @Singleton
    Job zones() {
        return new Job(
                "metrics.zones",
                "Rebuilds the days of metrics of organizations that moved to another time zone.",
                Duration.ofMinutes(1),
                this::rebuildZones);
    }

    @Singleton
    Job crossPlatform() {
        return new Job(
                "metrics.crossplatform",
                "Compares platforms anew on the days whose metrics changed.",
                Duration.ofMinutes(5),
                this::comparePlatforms);
    }

    @Singleton
    Job audit(MeterRegistry meters) {
        Counter drift = Counter.builder("pulsegraph.metrics.drift")
                .description("Figures that differed from a recount of samples, and were set right")
                .register(meters);
        return new Job(
                "metrics.audit",
                "Recounts days of random series from their samples, and sets rollups right that differ.",
                Duration.ofHours(1),
                () -> audit(drift));
    }

    private String rebuildZones() {
        Duration timeout = Duration.ofMinutes(10);
        int rebuilt = 0;
        for (UUID organization : transaction.asWorker(timeout, upkeep::listInAnotherZone)) {
            rebuilt += transaction.asWorker(timeout, () -> upkeep.rebuildZone(organization)) ? 1 : 0;
        }
        return "Rebuilt the days of " + rebuilt + " organizations.";
    }

    private String comparePlatforms() {
        Duration timeout = Duration.ofMinutes(5);
        int days = 0;
        for (MetricUpkeepRepository.Changed changed : transaction.asWorker(timeout, upkeep::listChanged)) {
            int done;
            do {
                done = transaction.asWorker(timeout, () -> upkeep.refresh(changed.organizationId(), changed.metric()));
                days += done;
            } while (done > 0);
        }
        return "Compared platforms on " + days + " days of metrics.";
    }

    private String audit(Counter drift) {
        List<String> found = transaction.asWorker(Duration.ofMinutes(10), () -> upkeep.audit(AUDITED));
        drift.increment(found.size());
        found.forEach(one -> LOG.error("A rollup differed from its samples and was set right: {}", one));
        return "Recounted " + AUDITED + " series; " + found.size() + " figures differed"
                + (found.isEmpty() ? "." : " and were set right, first: " + found.getFirst() + ".");
    }
}
