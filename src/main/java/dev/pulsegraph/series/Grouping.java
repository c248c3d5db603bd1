package dev.pulsegraph.series;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Whether each measure is split into groups, and how many of them are answered apart.
 *
 * @param top only the largest; the others together are one more. Null for all, as long as they fit
 */
public record Grouping(boolean isGrouped, @Nullable Integer top) {

    public Grouping {
        if (top != null && !isGrouped) {
            throw Problem.badInput("topGroups", "there are no groups without groupBy.");
        }
        if (top != null && top < 1) {
            throw Problem.badInput("topGroups", top + " is not between 1 and " + SeriesLimits.MAX_GROUPS + ".");
        }
        if (top != null && top > SeriesLimits.MAX_GROUPS) {
            throw exceeded("topGroups", top + " groups; at most " + SeriesLimits.MAX_GROUPS + " fit a query.");
        }
    }

    /**
     * How many groups of each measure fit an answer.
     *
     * @param points of a series
     * @param owners how many answers of this form are asked for at once
     */
    public int fit(int measures, int points, int owners) {
        int fitting = SeriesLimits.MAX_NUMBERS / (measures * points * owners);
        int wanted = top == null ? 1 : top;
        if (fitting < wanted) {
            throw exceeded(
                    top == null ? "granularity" : "topGroups",
                    (long) measures * points * owners * wanted + " points in all; at most " + SeriesLimits.MAX_NUMBERS
                            + " fit an answer"
                            + (top == null || fitting == 0 ? "." : ", so " + fitting + " groups do."));
        }
        if (top != null) {
            return top;
        }
        return isGrouped ? Math.min(fitting, SeriesLimits.MAX_GROUPS) : 1;
    }

    static Problem tooMany(int groups) {
        return exceeded(
                "groupBy",
                "there are more than " + groups + " groups; at most " + groups
                        + " fit an answer of this size: set topGroups, or ask for fewer entities, platforms or points.");
    }

    private static Problem exceeded(String argument, String message) {
        return Problem.of(ErrorCode.LIMIT_EXCEEDED, argument, message);
    }
}
