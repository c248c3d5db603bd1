package dev.pulsegraph.traffic;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * Traffic.
 *
 * @param retention how long raw events are kept; one that happened longer ago is not taken
 */
@ConfigurationProperties("pulsegraph.traffic")
public record TrafficSettings(
        @Bindable(defaultValue = "90d") Duration retention) {}
