package dev.pulsegraph.funnel;

import org.jspecify.annotations.Nullable;

/** How many visitors did a step. Rates are between 0 and 1, since those of a step are among those of the one before. */
public record FunnelStepResult(
        String name,
        long entered,
        double conversionFromStart,
        double conversionFromPrevious,
        double dropOff,
        @Nullable Double medianSecondsFromPrevious,
        @Nullable Double p90SecondsFromPrevious) {}
