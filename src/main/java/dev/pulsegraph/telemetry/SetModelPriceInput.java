package dev.pulsegraph.telemetry;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A price to set.
 *
 * @param validFrom null for now
 */
record SetModelPriceInput(
        UUID organization,
        String pattern,
        @Nullable Instant validFrom,
        double inputPerMillion,
        double outputPerMillion) {}
