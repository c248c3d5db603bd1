package dev.pulsegraph.operations;

import dev.pulsegraph.database.OperationTransaction;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.AbstractHealthIndicator;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Whether the database answers, and what it can do. Part of readiness: a node without its database gets no requests. */
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
            return details;
        });
    }

    @Override
    public String getName() {
        return "database";
    }
}
