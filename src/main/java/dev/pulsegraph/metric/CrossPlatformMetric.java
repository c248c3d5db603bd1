package dev.pulsegraph.metric;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a platform compares in a metric of posts.
 *
 * @param platform null in the one row of an organization that has the metric, but nothing to compare
 * @param since where the first day compared begins
 * @param until before which the last one begins
 */
@MappedEntity("cross_platform_metrics")
record CrossPlatformMetric(
        @Id UUID organizationId,
        String metric,
        @Nullable String platform,
        @Nullable Double value,
        @Nullable Double share,
        @Nullable Integer posts,
        @Nullable Double perPost,
        @Nullable Double zScore,
        Instant asOf,
        Instant since,
        Instant until) {}
