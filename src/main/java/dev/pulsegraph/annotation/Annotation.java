package dev.pulsegraph.annotation;

import dev.pulsegraph.paging.Identified;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What happened on a day.
 *
 * @param authorId null for an API key
 */
public record Annotation(
        UUID id,
        UUID organizationId,
        LocalDate date,
        String text,
        @Nullable UUID authorId,
        Instant createdAt,
        Instant updatedAt)
        implements Identified {}
