package dev.pulsegraph.post;

import dev.pulsegraph.paging.Identified;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A post as lists need it. What it says is {@link PostContent}, read when asked for.
 *
 * @param newest its newest values by the names of metrics; null where they were not read with it
 */
public record Post(
        UUID id,
        UUID organizationId,
        @Nullable UUID authorId,
        @Nullable String title,
        PostStatus status,
        List<String> platforms,
        @Nullable Instant scheduledAt,
        @Nullable Instant publishedAt,
        Instant createdAt,
        Instant updatedAt,
        @Nullable NewestValues newest)
        implements Identified {}
