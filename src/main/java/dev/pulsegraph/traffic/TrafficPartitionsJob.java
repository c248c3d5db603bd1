package dev.pulsegraph.traffic;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.job.Job;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Makes the partitions of traffic of this month and the next three. */
@Singleton
class TrafficPartitionsJob implements Job {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final TrafficUpkeepRepository upkeep;
    private final OperationTransaction transaction;

    TrafficPartitionsJob(TrafficUpkeepRepository upkeep, OperationTransaction transaction) {
        this.upkeep = upkeep;
        this.transaction = transaction;
    }

    @Override
    public String name() {
        return "traffic.partitions";
    }

    @Override
    public String description() {
        return "Makes the partitions of traffic of this month and the next three.";
    }

    @Override
    public Duration interval() {
        return Duration.ofDays(1);
    }

    @Override
    public String run() {
        return "Made " + transaction.asWorker(TIMEOUT, upkeep::makePartitions) + " partitions.";
    }
}
