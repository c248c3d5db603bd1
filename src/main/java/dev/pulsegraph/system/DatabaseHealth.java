package dev.pulsegraph.system;

import dev.pulsegraph.database.MigrationScripts;
import dev.pulsegraph.database.OperationTransaction;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.AbstractHealthIndicator;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whether the database answers, is the one this server was made for, and what it can do. Part of readiness: a node without its database gets no requests. */
@Singleton
@Readiness
class DatabaseHealth extends AbstractHealthIndicator<Map<String, Object>> {
    private final OperationTransaction transaction;
    private final SystemRepository system;

    DatabaseHealth(OperationTransaction transaction, SystemRepository system) {
        this.transaction = transaction;
        this.system = system;
    }

    @Override
    protected Map<String, Object> getHealthInformation() {
        healthStatus = HealthStatus.UP;
        return transaction.asWorker(Duration.ofSeconds(2), () -> {
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("version", system.databaseVersion());
            system.listCapabilities()
                    .forEach(capability -> details.put(
                            capability.name(), capability.version() == null ? "not installed" : capability.version()));
            compareMigrations(details);
            return details;
        });
    }

    /** A server whose SQL is not that of the database gets no requests either. */
    private void compareMigrations(Map<String, Object> details) {
        Set<String> applied = system.listMigrations().stream()
                .filter(SystemRepository.Migration::success)
                .map(migration -> String.valueOf(migration.version()))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> pending = MigrationScripts.versions();
        pending.removeAll(applied);
        applied.removeAll(MigrationScripts.versions());
        if (!pending.isEmpty()) {
            healthStatus = HealthStatus.DOWN;
            details.put("migrations", "pending: " + String.join(", ", pending) + "; run `./pulsegraph migrate`");
        } else if (!applied.isEmpty()) {
            healthStatus = HealthStatus.DOWN;
            details.put("migrations", "newer than this server: " + String.join(", ", applied) + "; run its version");
        }
    }

    @Override
    public String getName() {
        return "database";
    }
}
