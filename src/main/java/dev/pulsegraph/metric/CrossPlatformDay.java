package dev.pulsegraph.metric;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A local day of a platform in a metric of posts. */
@MappedEntity("cross_platform_metrics")
record CrossPlatformDay(
        @Id UUID organizationId,
        String platform,
        Instant at,
        double value,
        @Nullable Double share,
        double perPost,
        @Nullable Double zScore) {}
