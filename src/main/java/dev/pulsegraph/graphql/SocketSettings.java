package dev.pulsegraph.graphql;

import dev.pulsegraph.problem.Limit;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * The bounds of WebSocket connections and their subscriptions.
 *
 * @param maxConnections WebSocket connections per caller and node
 * @param maxOperations concurrent operations of a WebSocket connection, subscriptions included
 * @param maxMessageBytes of a message from a client
 * @param initTimeout time until `connection_init`
 * @param keepAlive how often a connection is pinged; one that is silent as long after a ping is closed
 * @param slowConsumer time a WebSocket client may leave messages unread
 * @param subscriptionInterval the shortest time between two values of a subscription
 * @param subscriptionRefresh how often a subscription is read anew without a change, because days end and rights do
 * @param subscriptionConcurrency subscriptions evaluated concurrently, each with a database connection
 */
@ConfigurationProperties("pulsegraph.graphql.socket")
public record SocketSettings(
        @Limit @Bindable(defaultValue = "50") int maxConnections,
        @Limit @Bindable(defaultValue = "50") int maxOperations,

        @Limit(value = "size of a WebSocket message from a client", unit = "bytes") @Bindable(defaultValue = "65536")
        int maxMessageBytes,

        @Limit @Bindable(defaultValue = "10s") Duration initTimeout,
        @Bindable(defaultValue = "20s") Duration keepAlive,
        @Limit @Bindable(defaultValue = "30s") Duration slowConsumer,
        @Bindable(defaultValue = "1s") Duration subscriptionInterval,
        @Bindable(defaultValue = "1m") Duration subscriptionRefresh,
        @Limit @Bindable(defaultValue = "2") int subscriptionConcurrency) {}
