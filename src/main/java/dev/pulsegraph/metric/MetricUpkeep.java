package dev.pulsegraph.metric;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.maintenance.AuditedRollup;
import dev.pulsegraph.maintenance.LocalDayRollup;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Puts rollups in order: of organizations that moved to another time zone, and where they are not what samples say. */
@Singleton
class MetricUpkeep implements LocalDayRollup, AuditedRollup {
    private final MetricUpkeepRepository repository;
    private final OperationTransaction transaction;

    MetricUpkeep(MetricUpkeepRepository repository, OperationTransaction transaction) {
        this.repository = repository;
        this.transaction = transaction;
    }

    @Override
    public String name() {
        return "metrics";
    }

    @Override
    public boolean rebuild(UUID organization) {
        return repository.rebuildZone(organization);
    }

    @Override
    public List<String> audit(int sample) {
        return transaction.asWorker(Duration.ofMinutes(10), () -> repository.audit(sample));
    }
}
