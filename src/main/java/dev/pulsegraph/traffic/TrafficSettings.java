package dev.pulsegraph.traffic;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * Traffic.
 *
 * @param retention how long raw events are kept; one that happened longer ago is not taken
 * @param ipAddresses what is kept of visitors' addresses
 */
@ConfigurationProperties("pulsegraph.traffic")
public record TrafficSettings(
        @Bindable(defaultValue = "90d") Duration retention,
        @Bindable(defaultValue = "TRUNCATE") IpAddresses ipAddresses) {

    /** The retention in days; one that has begun counts whole. */
    int retentionDays() {
        return Math.toIntExact(retention.plusDays(1).minusNanos(1).toDays());
    }
}
