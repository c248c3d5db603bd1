package dev.pulsegraph.organization;

import dev.pulsegraph.request.Patch;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Null leaves a thing as it is; where null is a value of its own, a {@link Patch} tells. */
record UpdateOrganizationInput(
        UUID id,
        @Nullable String name,
        @Nullable String slug,
        Patch<String> description,
        Patch<String> website,
        Patch<String> logoUrl,
        @Nullable SubscriptionTier subscriptionTier,
        @Nullable String timeZone,
        @Nullable Map<String, Object> settings) {}
