package dev.pulsegraph.post;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The newest counters of a post, summed over platforms. */
@MappedEntity("post_insights")
record PostInsights(
        @Id UUID postId,
        long impressions,
        long reach,
        long likes,
        long comments,
        long shares,
        @Nullable Double engagementRate,
        Instant recordedAt) {}
