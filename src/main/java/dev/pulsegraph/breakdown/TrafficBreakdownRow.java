package dev.pulsegraph.breakdown;

import dev.pulsegraph.traffic.TrafficTotals;

/**
 * Traffic of one value.
 *
 * @param value empty for traffic that has none
 * @param previous of the period before
 */
record TrafficBreakdownRow(String value, TrafficTotals totals, TrafficTotals previous) {}
