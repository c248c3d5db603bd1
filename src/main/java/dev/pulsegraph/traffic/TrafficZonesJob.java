package dev.pulsegraph.traffic;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.job.Job;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.UUID;

/** Rebuilds the days of traffic of organizations that moved to another time zone. */
@Singleton
class TrafficZonesJob implements Job {
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private final TrafficUpkeepRepository repository;
    private final TrafficUpkeep upkeep;
    private final OperationTransaction transaction;

    TrafficZonesJob(TrafficUpkeepRepository repository, TrafficUpkeep upkeep, OperationTransaction transaction) {
        this.repository = repository;
        this.upkeep = upkeep;
        this.transaction = transaction;
    }

    @Override
    public String name() {
        return "traffic.zones";
    }

    @Override
    public String description() {
        return "Rebuilds the days of traffic of organizations that moved to another time zone.";
    }

    @Override
    public Duration interval() {
        return Duration.ofMinutes(1);
    }

    @Override
    public String run() {
        int rebuilt = 0;
        for (UUID organization : transaction.asWorker(TIMEOUT, repository::listInAnotherZone)) {
            rebuilt += transaction.asWorker(TIMEOUT, () -> upkeep.rebuildZone(organization)) ? 1 : 0;
        }
        return "Rebuilt the days of " + rebuilt + " organizations.";
    }
}
