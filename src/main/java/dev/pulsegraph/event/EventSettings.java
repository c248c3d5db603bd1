package dev.pulsegraph.event;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Events and what is counted of them.
 *
 * @param retention how long raw events are kept; one that happened longer ago is not taken
 * @param ipAddresses what is kept of visitors' addresses
 * @param countryHeader header by which a trusted proxy tells the country of a visitor; null for none
 * @param countryDatabase file in the format of MaxMind that tells the country of an address; null for none
 * @param pathParameters parameters of the query that belong to the path of a page
 * @param bots further words of user agents, in any case, whose events count nowhere
 */
@ConfigurationProperties("pulsegraph.traffic")
public record EventSettings(
        @Bindable(defaultValue = "90d") Duration retention,
        @Bindable(defaultValue = "TRUNCATE") IpAddresses ipAddresses,
        @Nullable String countryHeader,
        @Nullable Path countryDatabase,
        @Nullable List<String> pathParameters,
        @Nullable List<String> bots) {

    /** The further words, without blanks around them. */
    List<String> botWords() {
        return words(bots);
    }

    /** The parameters that belong to paths, in lower case. */
    List<String> countedParameters() {
        return words(pathParameters).stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList();
    }

    private static List<String> words(@Nullable List<String> given) {
        return given == null
                ? List.of()
                : given.stream()
                        .map(String::strip)
                        .filter(word -> !word.isEmpty())
                        .toList();
    }

    /** The retention in days; one that has begun counts whole. */
    public int retentionDays() {
        return Math.toIntExact(retention.plusDays(1).minusNanos(1).toDays());
    }
}
