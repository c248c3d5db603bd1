package dev.pulsegraph.series;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a series is compared with, point by point. */
public record MetricComparison(
        @Nullable Double total, @Nullable Double change, List<MetricPoint> points) {

    /** Compares a total with that of the other period; nothing grows from 0, or from what is not known. */
    static MetricComparison of(@Nullable Double total, @Nullable Double before, List<MetricPoint> points) {
        Double change = total == null || before == null || before == 0 ? null : (total - before) / Math.abs(before);
        return new MetricComparison(before, change, points);
    }
}
