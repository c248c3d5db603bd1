package dev.pulsegraph.privacy;

import dev.pulsegraph.paging.Identified;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * That somebody had a visitor erased or exported.
 *
 * @param visitorHash in hexadecimal; the visitor is not named
 * @param data how many rows of each kind
 */
public record PrivacyRequest(
        UUID id,
        UUID organizationId,
        PrivacyRequestType type,
        PrivacyRequestStatus status,
        String visitorHash,
        @Nullable UUID requestedById,
        Instant requestedAt,
        @Nullable Instant processedAt,
        Map<String, Object> data)
        implements Identified {}
