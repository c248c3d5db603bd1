package dev.pulsegraph.organization;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is null stays as it is, but for the three texts whose flags say that null is meant. */
record UpdateOrganizationInput(
        UUID id,
        @Nullable String name,
        @Nullable String slug,
        boolean setDescription,
        @Nullable String description,
        boolean setWebsite,
        @Nullable String website,
        boolean setLogoUrl,
        @Nullable String logoUrl,
        @Nullable SubscriptionTier subscriptionTier,
        @Nullable String timeZone,
        @Nullable Map<String, Object> settings) {}
