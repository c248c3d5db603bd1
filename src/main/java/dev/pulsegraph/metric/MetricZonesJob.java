package dev.pulsegraph.metric;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.job.Job;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.UUID;

/** Rebuilds the days of metrics of organizations that moved to another time zone. */
@Singleton
class MetricZonesJob implements Job {
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private final MetricUpkeepRepository upkeep;
    private final OperationTransaction transaction;

    MetricZonesJob(MetricUpkeepRepository upkeep, OperationTransaction transaction) {
        this.upkeep = upkeep;
        this.transaction = transaction;
    }

    @Override
    public String name() {
        return "metrics.zones";
    }

    @Override
    public String description() {
        return "Rebuilds the days of metrics of organizations that moved to another time zone.";
    }

    @Override
    public Duration interval() {
        return Duration.ofMinutes(1);
    }

    @Override
    public String run() {
        int rebuilt = 0;
        for (UUID organization : transaction.asWorker(TIMEOUT, upkeep::listInAnotherZone)) {
            rebuilt += transaction.asWorker(TIMEOUT, () -> upkeep.rebuildZone(organization)) ? 1 : 0;
        }
        return "Rebuilt the days of " + rebuilt + " organizations.";
    }
}
