package dev.pulsegraph.http;

import dev.pulsegraph.problem.Limit;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * The bounds of HTTP connections, whoever is at the other end.
 *
 * @param headerTimeout how long the head of a request may take, from its first byte; of the first one, from the connection
 * @param keepAlive how long a connection may stay open between two requests
 * @param bodyIdle how long a body may send nothing while it is waited for
 * @param bodyTimeout how long a body that is held as a whole may take
 * @param writeTimeout how long a client may let no byte of an answer come
 * @param bodyBytes how much of bodies of GraphQL requests may be held at once; no more than a 16th of the heap
 * @param unsentBytes how much of answers may wait for their clients at once; no more than an 8th of the heap
 * @param maxConnections connections at once; beyond, one between two requests is closed for a new one
 * @param maxConnectionsPerAddress connections of one address, or of 64 bits of IPv6, at once; trusted proxies may have more
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
    private static final long LEAST_BYTES = 4 * 1024 * 1024;

    public HttpSettings {
        require("header-timeout", headerTimeout);
        require("keep-alive", keepAlive);
        require("body-idle", bodyIdle);
        require("body-timeout", bodyTimeout);
        require("write-timeout", writeTimeout);
        require("body-bytes", bodyBytes, LEAST_BYTES);
        require("unsent-bytes", unsentBytes, LEAST_BYTES);
        require("max-connections", maxConnections, 1);
        require("max-connections-per-address", maxConnectionsPerAddress, 1);
        bodyBytes = atMost(bodyBytes, BODIES_OF_HEAP);
        unsentBytes = atMost(unsentBytes, UNSENT_OF_HEAP);
    }

    private static long atMost(long bytes, int ofHeap) {
        return Math.min(bytes, Math.max(LEAST_BYTES, Runtime.getRuntime().maxMemory() / ofHeap));
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
