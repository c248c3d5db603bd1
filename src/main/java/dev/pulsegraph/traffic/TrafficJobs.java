package dev.pulsegraph.traffic;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.job.Job;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.time.Duration;

/** What keeps traffic in order. */
@Factory
class TrafficJobs {
    @Singleton
    Job cleanUp(TrafficUpkeepRepository repository, TrafficSettings settings, OperationTransaction transaction) {
        return new Job(
                "traffic.cleanup",
                "Drops months of raw events past the retention; rollups stay.",
                Duration.ofDays(1),
                () -> transaction.asWorker(Duration.ofMinutes(10), () -> repository.cleanUp(settings.retentionDays())));
    }

    @Singleton
    Job pruneRejects(IngestRejectRepository rejects, OperationTransaction transaction) {
        return new Job(
                "traffic.rejects",
                "Deletes rejected events that were received more than 7 days ago.",
                Duration.ofHours(6),
                () -> "Deleted " + transaction.asWorker(Duration.ofMinutes(1), rejects::prune) + " rejected events.");
    }
}
