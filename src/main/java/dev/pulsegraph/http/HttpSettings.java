package dev.pulsegraph.http;

import dev.pulsegraph.problem.Limit;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * The bounds of HTTP connections, whoever is at the other end.
 *
 * @param headerTimeout time until the request headers are complete
 * @param keepAlive idle time of a connection between requests
 * @param bodyIdle pause within a request body
 * @param bodyTimeout time until a request body is complete, other than of a bulk import
 * @param writeTimeout pause within a response whose client does not read
 * @param bodyBytes bytes of GraphQL request bodies in memory; at most 1/16 of the heap
 * @param unsentBytes bytes of responses that wait for their clients; at most 1/8 of the heap
 * @param maxConnections open connections; above it, an idle connection is closed for each new one
 * @param maxConnectionsPerAddress open connections per IPv4 address or IPv6 /64 network; trusted proxies are exempt
 */
@ConfigurationProperties("pulsegraph.http")
public record HttpSettings(
        @Limit @Bindable(defaultValue = "10s") Duration headerTimeout,
        @Limit @Bindable(defaultValue = "60s") Duration keepAlive,
        @Limit @Bindable(defaultValue = "10s") Duration bodyIdle,
        @Limit @Bindable(defaultValue = "15s") Duration bodyTimeout,
        @Limit @Bindable(defaultValue = "30s") Duration writeTimeout,
        @Limit @Bindable(defaultValue = "33554432") long bodyBytes,
        @Limit @Bindable(defaultValue = "134217728") long unsentBytes,
        @Limit @Bindable(defaultValue = "10000") int maxConnections,
        @Limit @Bindable(defaultValue = "5000") int maxConnectionsPerAddress) {

    private static final int BODIES_OF_HEAP = 16;
    private static final int UNSENT_OF_HEAP = 8;
    private static final long MIN_BYTES = 4 * 1024 * 1024;

    public HttpSettings {
        require("header-timeout", headerTimeout);
        require("keep-alive", keepAlive);
        require("body-idle", bodyIdle);
        require("body-timeout", bodyTimeout);
        require("write-timeout", writeTimeout);
        require("body-bytes", bodyBytes, MIN_BYTES);
        require("unsent-bytes", unsentBytes, MIN_BYTES);
        require("max-connections", maxConnections, 1);
        require("max-connections-per-address", maxConnectionsPerAddress, 1);
        bodyBytes = atMost(bodyBytes, BODIES_OF_HEAP);
        unsentBytes = atMost(unsentBytes, UNSENT_OF_HEAP);
    }

    private static long atMost(long bytes, int ofHeap) {
        return Math.min(bytes, Math.max(MIN_BYTES, Runtime.getRuntime().maxMemory() / ofHeap));
    }

    private static void require(String name, Duration given) {
        if (!given.isPositive()) {
            throw new IllegalArgumentException("pulsegraph.http." + name + ": " + given + " is not greater than 0.");
        }
    }

    private static void require(String name, long given, long least) {
        if (given < least) {
            throw new IllegalArgumentException(
                    "pulsegraph.http." + name + ": " + given + " is less than the minimum, " + least + ".");
        }
    }
}
