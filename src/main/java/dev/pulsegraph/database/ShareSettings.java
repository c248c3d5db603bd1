package dev.pulsegraph.database;

import dev.pulsegraph.problem.Limit;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * How the connections of the pool are shared. One of them is kept for what the server does by itself.
 *
 * @param callerOperations concurrent operations per caller
 * @param organizationOperations concurrent operations of all API keys of an organization
 * @param heavyOperations concurrent operations of high cost, all callers together
 * @param queueLength queued operations per caller
 * @param queueTimeout time an operation waits for a connection
 */
@ConfigurationProperties("pulsegraph.shares")
public record ShareSettings(
        @Limit @Bindable(defaultValue = "4") int callerOperations,
        @Limit @Bindable(defaultValue = "6") int organizationOperations,
        @Limit @Bindable(defaultValue = "2") int heavyOperations,
        @Limit @Bindable(defaultValue = "100") int queueLength,
        @Limit @Bindable(defaultValue = "3s") Duration queueTimeout) {

    public ShareSettings {
        requirePositive("caller-operations", callerOperations);
        requirePositive("organization-operations", organizationOperations);
        requirePositive("heavy-operations", heavyOperations);
        requirePositive("queue-length", queueLength);
        if (queueTimeout.isNegative() || queueTimeout.isZero()) {
            throw new IllegalArgumentException(
                    "pulsegraph.shares.queue-timeout: " + queueTimeout + " is not longer than 0.");
        }
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("pulsegraph.shares." + name + ": " + value + " is not 1 or more.");
        }
    }
}
