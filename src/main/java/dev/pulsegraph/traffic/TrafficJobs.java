package dev.pulsegraph.traffic;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.event.EventSettings;
import dev.pulsegraph.job.Job;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.time.Duration;

/** What keeps traffic in order. */
@Factory
class TrafficJobs {
    @Singleton
    Job cleanUp(TrafficUpkeepRepository repository, EventSettings settings, OperationTransaction transaction) {
        return new Job(
                "traffic.cleanup",
                "Drops months of raw events past the retention; rollups stay.",
                Duration.ofDays(1),
                () -> transaction.asWorker(Duration.ofMinutes(10), () -> repository.cleanUp(settings.retentionDays())));
    }
}
