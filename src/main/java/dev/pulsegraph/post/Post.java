package dev.pulsegraph.post;

import dev.pulsegraph.database.SqlArray;
import dev.pulsegraph.paging.Identified;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A post as lists need it. What it says is {@link PostContent}, read when asked for. */
@MappedEntity("posts_core")
public record Post(
        @Id UUID id,
        UUID organizationId,
        @Nullable UUID authorId,
        @Nullable String title,
        PostStatus status,
        @SqlArray List<String> platforms,
        @Nullable Instant scheduledAt,
        @Nullable Instant publishedAt,
        Instant createdAt,
        Instant updatedAt)
        implements Identified {}
