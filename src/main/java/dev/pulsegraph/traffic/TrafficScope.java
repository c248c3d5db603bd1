package dev.pulsegraph.traffic;

import dev.pulsegraph.time.DateRange;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Local days, and which part of an organization's traffic.
 *
 * @param timeZone in which the days are; null for that of the organization, whose days are kept
 * @param userCode null for all traffic, '' for that without one; so for the other codes
 * @param visitors whether sketches of visitors are wanted too
 */
record TrafficScope(
        UUID organizationId,
        @Nullable String timeZone,
        DateRange range,
        @Nullable String userCode,
        @Nullable String shareCode,
        @Nullable String contactId,
        boolean visitors) {

    /** As many days just before. */
    TrafficScope previous() {
        return new TrafficScope(organizationId, timeZone, range.previous(), userCode, shareCode, contactId, visitors);
    }

    /** The same days of another zone, or of the same by its name. */
    TrafficScope in(String zone) {
        return new TrafficScope(organizationId, zone, range, userCode, shareCode, contactId, visitors);
    }

    /** One share code alone, with its visitors. */
    TrafficScope ofShareCode(String itsUserCode, String itsShareCode) {
        return new TrafficScope(organizationId, timeZone, range, itsUserCode, itsShareCode, contactId, true);
    }
}
