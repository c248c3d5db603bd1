package dev.pulsegraph.organization;

import dev.pulsegraph.paging.Identified;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@MappedEntity("organization_members")
public record Member(
        @Id UUID id,
        UUID organizationId,
        UUID userId,
        Role role,
        MemberStatus status,
        @Nullable UUID invitedBy,
        Instant joinedAt)
        implements Identified {}
