package dev.pulsegraph.system;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which times are told as histograms, from which percentiles of all servers together can be computed; the others are told as
 * a count, a sum and the longest.
 */
@Singleton
class Histograms implements MeterFilter {
    private static final Set<String> METERS =
            Set.of("gql.query", "http.server.requests", "pulsegraph.ingest.commit", "pulsegraph.job.duration");

    /** From an answer out of a cache up to the deadline of an operation; jobs may take longer. */
    private static final double[] BOUNDS = Stream.of(
                    5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 60_000, 600_000)
            .mapToDouble(milliseconds -> Duration.ofMillis(milliseconds).toNanos())
            .toArray();

    @Override
    public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
        return METERS.contains(id.getName())
                ? DistributionStatisticConfig.builder()
                        .serviceLevelObjectives(BOUNDS)
                        .build()
                        .merge(config)
                : config;
    }
}
