package dev.pulsegraph.database;

import io.micronaut.scheduling.annotation.Scheduled;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;

/**
 * Writes the times API keys were last used, once a minute. It is none of the jobs that one node does for all: each node
 * knows its own uses, which no other can write, and a row of history each minute would say nothing to an operator.
 */
@Singleton
class ApiKeyUseJob {
    private final ApiKeyUses uses;
    private final OperationTransaction transaction;
    private final TransactionOperations<Connection> transactions;

    ApiKeyUseJob(ApiKeyUses uses, OperationTransaction transaction, TransactionOperations<Connection> transactions) {
        this.uses = uses;
        this.transaction = transaction;
        this.transactions = transactions;
    }

    @Scheduled(fixedDelay = "60s", initialDelay = "60s")
    void write() {
        Map<UUID, Instant> taken = uses.take();
        if (!taken.isEmpty()) {
            transaction.asWorker(Duration.ofSeconds(30), () -> update(taken));
        }
    }

    private int update(Map<UUID, Instant> taken) {
        try (var update = transactions
                .getConnection()
                .prepareStatement(
                        "update api_keys set last_used_at = ? where id = ? and coalesce(last_used_at, '-infinity') < ?")) {
            for (var use : taken.entrySet()) {
                update.setObject(1, use.getValue().atOffset(ZoneOffset.UTC));
                update.setObject(2, use.getKey());
                update.setObject(3, use.getValue().atOffset(ZoneOffset.UTC));
                update.addBatch();
            }
            return update.executeBatch().length;
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }
}
