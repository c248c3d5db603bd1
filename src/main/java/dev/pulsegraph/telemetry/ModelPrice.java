package dev.pulsegraph.telemetry;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What models cost whose names fit a pattern.
 *
 * @param organizationId whose price book it is in
 * @param own whether the organization set it; others are listed ones
 * @param source of a listed one, null for others
 */
public record ModelPrice(
        UUID organizationId,
        boolean own,
        String pattern,
        Instant validFrom,
        double inputPerMillion,
        double outputPerMillion,
        String currency,
        @Nullable String source) {}
