package dev.pulsegraph.organization;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.security.ApiKeyUsage;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Writes the times API keys were last used, once a minute. It is none of the jobs that one node does for all: each node
 * knows its own uses, which no other can write, and a row of history each minute would say nothing to an operator.
 */
@Singleton
class ApiKeyUsageFlush {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ApiKeyUsage usage;
    private final ApiKeyRepository keys;
    private final OperationTransaction transaction;

    ApiKeyUsageFlush(ApiKeyUsage usage, ApiKeyRepository keys, OperationTransaction transaction) {
        this.usage = usage;
        this.keys = keys;
        this.transaction = transaction;
    }

    @Scheduled(fixedDelay = "60s", initialDelay = "60s")
    void write() {
        Map<UUID, Instant> taken = usage.take();
        if (!taken.isEmpty()) {
            List<UUID> ids = new ArrayList<>();
            List<String> times = new ArrayList<>();
            taken.forEach((key, time) -> {
                ids.add(key);
                times.add(time.toString());
            });
            transaction.asWorker(TIMEOUT, () -> keys.saveUsage(ids, times));
        }
    }
}
