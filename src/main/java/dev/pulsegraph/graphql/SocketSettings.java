package dev.pulsegraph.graphql;

import dev.pulsegraph.problem.Limit;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * The bounds of WebSocket connections and their subscriptions.
 *
 * @param maxConnections connections a caller may have to this node
 * @param maxOperations operations a connection may have at once, subscriptions or others
 * @param maxMessageBytes of a message from a client
 * @param initTimeout how long a client may take to say who it is
 * @param keepAlive how often a connection is pinged; one that is silent as long after a ping is closed
 * @param slowConsumer how long a client may leave unread what it was sent
 * @param subscriptionInterval the shortest time between two values of a subscription
 * @param subscriptionRefresh how often a subscription is read anew without a change, because days end and rights do
 * @param subscriptionConcurrency how many subscriptions are read at once, each with a connection to the database
 */
@ConfigurationProperties("pulsegraph.graphql.socket")
public record SocketSettings(
        @Limit @Bindable(defaultValue = "50") int maxConnections,
        @Limit @Bindable(defaultValue = "50") int maxOperations,

        @Limit(value = "a message from a client by WebSocket", unit = "bytes") @Bindable(defaultValue = "65536")
        int maxMessageBytes,

        @Limit @Bindable(defaultValue = "10s") Duration initTimeout,
        @Bindable(defaultValue = "20s") Duration keepAlive,
        @Limit @Bindable(defaultValue = "30s") Duration slowConsumer,
        @Bindable(defaultValue = "1s") Duration subscriptionInterval,
        @Bindable(defaultValue = "1m") Duration subscriptionRefresh,
        @Limit @Bindable(defaultValue = "2") int subscriptionConcurrency) {}
