package dev.pulsegraph.traffic;

import org.jspecify.annotations.Nullable;

/**
 * Which part of an organization's traffic is asked for.
 *
 * @param userCode null for all traffic; so for the other codes
 */
record TrafficFilter(
        @Nullable String userCode,
        @Nullable String shareCode,
        @Nullable String contactId) {
    static final TrafficFilter NONE = new TrafficFilter(null, null, null);
}
