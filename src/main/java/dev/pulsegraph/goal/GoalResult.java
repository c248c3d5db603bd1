package dev.pulsegraph.goal;

import org.jspecify.annotations.Nullable;

/**
 * How many reached a goal.
 *
 * @param visitors who did
 * @param conversions how often they did
 * @param rate share of all visitors; null without any
 * @param revenue null for a goal without a value
 * @param previous the same of as many days before; null where it was not asked for
 */
public record GoalResult(
        long visitors,
        long conversions,
        @Nullable Double rate,
        @Nullable Double revenue,
        @Nullable GoalResult previous) {}
