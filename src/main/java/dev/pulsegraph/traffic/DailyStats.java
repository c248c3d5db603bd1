package dev.pulsegraph.traffic;

import org.jspecify.annotations.Nullable;

/**
 * What happened in a period. Each of its fields is read when it is asked for.
 *
 * @param timeZone in which its hours are; null when they are not asked for
 */
record DailyStats(TrafficScope filter, @Nullable String timeZone) {}
