package dev.pulsegraph.maintenance;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.job.Job;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.time.Duration;

/** What keeps partitions in order, of all features. */
@Factory
class PartitionJobs {
    @Singleton
    Job create(PartitionRepository partitions, OperationTransaction transaction) {
        return new Job(
                "partitions.create",
                "Makes the partitions of this month and the next three of all tables that are partitioned by month.",
                Duration.ofDays(1),
                () -> "Made " + transaction.asWorker(Duration.ofMinutes(1), partitions::makeAhead) + " partitions.");
    }
}
