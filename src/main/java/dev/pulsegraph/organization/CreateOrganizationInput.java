package dev.pulsegraph.organization;

import org.jspecify.annotations.Nullable;

record CreateOrganizationInput(
        String name,
        String slug,
        @Nullable String timeZone,
        @Nullable String description,
        @Nullable String website,
        @Nullable String logoUrl) {}
