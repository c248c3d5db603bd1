package dev.pulsegraph.maintenance;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.job.Job;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Makes the partitions of this month and the next three of all tables that are partitioned by month. */
@Singleton
class PartitionsJob implements Job {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final PartitionRepository partitions;
    private final OperationTransaction transaction;

    PartitionsJob(PartitionRepository partitions, OperationTransaction transaction) {
        this.partitions = partitions;
        this.transaction = transaction;
    }

    @Override
    public String name() {
        return "partitions.create";
    }

    @Override
    public String description() {
        return "Makes the partitions of this month and the next three of all tables that are partitioned by month.";
    }

    @Override
    public Duration interval() {
        return Duration.ofDays(1);
    }

    @Override
    public String run() {
        return "Made " + transaction.asWorker(TIMEOUT, partitions::makeAhead) + " partitions.";
    }
}
