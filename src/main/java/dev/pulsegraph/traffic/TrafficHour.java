package dev.pulsegraph.traffic;

import java.time.Instant;

/**
 * What happened in one hour of the clock.
 *
 * @param at when it began
 * @param complete whether it is over
 */
record TrafficHour(Instant at, int sessions, int pageViews, int clicks, int visitors, boolean complete) {}
