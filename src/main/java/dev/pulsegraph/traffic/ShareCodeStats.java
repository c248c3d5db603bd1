package dev.pulsegraph.traffic;

import org.jspecify.annotations.Nullable;

/**
 * What came by one share code.
 *
 * @param visits the period again, of this code alone
 */
record ShareCodeStats(
        String shareCode, @Nullable String userCode, int sessions, int pageViews, int clicks, TrafficPeriod visits) {}
