package dev.pulsegraph.event;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events and what is counted of them.
 *
 * @param retention how long raw events are kept; one that happened longer ago is not taken
 * @param ipAddresses what is kept of visitors' addresses
 * @param bots further words of user agents, in any case, whose events count nowhere
 */
@ConfigurationProperties("pulsegraph.traffic")
public record EventSettings(
        @Bindable(defaultValue = "90d") Duration retention,
        @Bindable(defaultValue = "TRUNCATE") IpAddresses ipAddresses,
        @Nullable List<String> bots) {

    /** The further words, without blanks around them. */
    List<String> botWords() {
        return bots == null
                ? List.of()
                : bots.stream()
                        .map(String::strip)
                        .filter(word -> !word.isEmpty())
                        .toList();
    }

    /** The retention in days; one that has begun counts whole. */
    public int retentionDays() {
        return Math.toIntExact(retention.plusDays(1).minusNanos(1).toDays());
    }
}
