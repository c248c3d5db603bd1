package dev.pulsegraph.funnel;

import dev.pulsegraph.series.MetricSeries;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far visitors came.
 *
 * @param version of a saved funnel
 * @param secondsToConvert of those who did all steps, in the mean; null without any
 */
public record FunnelResult(
        UUID organizationId,
        FunnelQuestion question,
        @Nullable Integer version,
        List<FunnelStepResult> steps,
        @Nullable Double secondsToConvert,
        @Nullable FunnelResult previous,
        List<FunnelBreakdown> breakdown,
        List<MetricSeries> series,
        boolean complete) {
    private static final double FAST = 600;
    private static final double SLOW = 3_600;

    public long entered() {
        return steps.getFirst().entered();
    }

    public long converted() {
        return steps.getLast().entered();
    }

    public double conversion() {
        return steps.getLast().conversionFromStart();
    }

    /** That of source 003: drop-off is whoever did not convert, so it counts conversion twice. */
    public @Nullable Double score() {
        if (entered() == 0) {
            return null;
        }
        double rate = 100 * conversion();
        double dropOff = 100 - rate;
        double time = secondsToConvert == null ? 0 : 100 * Math.clamp((SLOW - secondsToConvert) / (SLOW - FAST), 0, 1);
        return 0.5 * rate + 0.3 * (100 - dropOff) + 0.2 * time;
    }
}
