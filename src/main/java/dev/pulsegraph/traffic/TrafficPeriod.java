package dev.pulsegraph.traffic;

import dev.pulsegraph.time.DateRange;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Local days of an organization, and which part of its traffic.
 *
 * @param userCode null for all traffic, '' for that without one; so for the other codes
 * @param visitors whether sketches of visitors are wanted too
 */
record TrafficPeriod(
        UUID organizationId,
        DateRange range,
        @Nullable String userCode,
        @Nullable String shareCode,
        @Nullable String contactId,
        boolean visitors) {

    /** As many days just before. */
    TrafficPeriod previous() {
        return new TrafficPeriod(organizationId, range.previous(), userCode, shareCode, contactId, visitors);
    }

    /** One share code alone, with its visitors. */
    TrafficPeriod ofShareCode(String itsUserCode, String itsShareCode) {
        return new TrafficPeriod(organizationId, range, itsUserCode, itsShareCode, contactId, true);
    }
}
