package dev.pulsegraph.metric;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.job.Job;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.time.Duration;

/** What keeps metrics in order. */
@Factory
class MetricJobs {
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
    Job crossPlatform() {
        return new Job(
                "metrics.crossplatform",
                "Compares platforms anew on the days whose metrics changed.",
                Duration.ofMinutes(5),
                this::comparePlatforms);
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
}
