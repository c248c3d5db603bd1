package dev.pulsegraph.organization;

import dev.pulsegraph.paging.Identified;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.model.DataType;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@MappedEntity("organizations")
public record Organization(
        @Id UUID id,
        String name,
        String slug,
        @Nullable String description,
        @Nullable String website,
        @Nullable String logoUrl,
        SubscriptionTier subscriptionTier,
        String timeZone,
        @TypeDef(type = DataType.JSON) Map<String, Object> settings,
        Instant createdAt,
        Instant updatedAt)
        implements Identified {}
