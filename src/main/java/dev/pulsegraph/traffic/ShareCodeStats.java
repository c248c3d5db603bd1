package dev.pulsegraph.traffic;

import org.jspecify.annotations.Nullable;

/**
 * What came by one share code.
 *
 * @param filter the same days, of this code alone
 */
record ShareCodeStats(
        String shareCode, @Nullable String userCode, int sessions, int pageViews, int clicks, TrafficScope filter) {}
