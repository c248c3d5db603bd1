package dev.pulsegraph.organization;

import dev.pulsegraph.paging.Identified;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@MappedEntity("organization_invitations")
public record Invitation(
        @Id UUID id,
        UUID organizationId,
        String email,
        Role role,
        @Nullable UUID invitedBy,
        Instant createdAt,
        Instant expiresAt,
        @Nullable Instant acceptedAt,
        @Nullable Instant revokedAt)
        implements Identified {}
