package dev.pulsegraph.organization;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code get_organization_usage}. */
@MappedEntity
public record OrganizationUsage(
        @Id UUID organizationId,
        long members,
        @Nullable Integer maxMembers,
        long posts,
        @Nullable Integer maxPosts,
        long postsThisMonth,
        long storageBytes,
        @Nullable Long maxStorageBytes) {}
