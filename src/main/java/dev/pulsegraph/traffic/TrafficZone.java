package dev.pulsegraph.traffic;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The time zone that an organization's days of traffic are built for.
 *
 * @param today which day it is there
 * @param readAt when that was so
 */
record TrafficZone(UUID organizationId, String timeZone, LocalDate today, Instant readAt) {

    /** Which day it is in a zone; null for this one. */
    LocalDate today(@Nullable String zone) {
        return zone == null ? today : LocalDate.ofInstant(readAt, ZoneId.of(zone));
    }
}
