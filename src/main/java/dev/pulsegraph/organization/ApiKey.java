package dev.pulsegraph.organization;

import dev.pulsegraph.database.SqlArray;
import dev.pulsegraph.paging.Identified;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@MappedEntity("api_keys")
public record ApiKey(
        @Id UUID id,
        UUID organizationId,
        String name,
        String prefix,
        @SqlArray List<String> scopes,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable Instant lastUsedAt)
        implements Identified {}
