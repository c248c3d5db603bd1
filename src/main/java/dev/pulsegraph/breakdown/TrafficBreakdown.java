package dev.pulsegraph.breakdown;

import dev.pulsegraph.traffic.TrafficTotals;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Traffic by the values of a dimension.
 *
 * @param rows those with most sessions first
 * @param other all other values together; null when there is none
 * @param previous all values of the period before
 */
record TrafficBreakdown(
        List<TrafficBreakdownRow> rows, @Nullable TrafficTotals other, TrafficTotals total, TrafficTotals previous) {}
