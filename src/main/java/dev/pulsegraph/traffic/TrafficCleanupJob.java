package dev.pulsegraph.traffic;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.job.Job;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Drops months of raw events past the retention; rollups stay. */
@Singleton
class TrafficCleanupJob implements Job {
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private final TrafficUpkeepRepository upkeep;
    private final OperationTransaction transaction;
    private final TrafficSettings settings;

    TrafficCleanupJob(TrafficUpkeepRepository upkeep, OperationTransaction transaction, TrafficSettings settings) {
        this.upkeep = upkeep;
        this.transaction = transaction;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "traffic.cleanup";
    }

    @Override
    public String description() {
        return "Drops months of raw events past the retention; rollups stay.";
    }

    @Override
    public Duration interval() {
        return Duration.ofDays(1);
    }

    @Override
    public String run() {
        return transaction.asWorker(TIMEOUT, () -> upkeep.cleanUp(settings.retentionDays()));
    }
}
