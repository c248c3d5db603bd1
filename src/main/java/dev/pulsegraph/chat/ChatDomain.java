package dev.pulsegraph.chat;

import dev.pulsegraph.paging.Identified;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A site whose assistant talks with visitors. */
public record ChatDomain(
        UUID id,
        UUID organizationId,
        String domain,
        @Nullable String name,
        @Nullable String description,
        boolean active,
        Instant createdAt,
        Instant updatedAt)
        implements Identified {}
