package dev.pulsegraph.funnel;

import static java.util.Objects.requireNonNullElse;

import dev.pulsegraph.problem.Limit;
import dev.pulsegraph.problem.Problem;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a funnel counts. Constraints of {@code funnel_versions} say the same of what is saved.
 *
 * @param exclude events that end an attempt
 * @param window how long an attempt may take
 */
record FunnelDefinition(List<FunnelStep> steps, List<FunnelStep> exclude, Duration window, FunnelOrdering ordering) {
    static final Duration USUAL_WINDOW = Duration.ofDays(7);

    @Limit("steps of a funnel")
    static final int MAX_STEPS = 10;

    @Limit("events that a funnel excludes")
    static final int MAX_EXCLUDED = 5;

    private static final int MIN_STEPS = 2;
    private static final Duration MIN_WINDOW = Duration.ofMinutes(1);
    private static final Duration MAX_WINDOW = Duration.ofDays(90);

    FunnelDefinition {
        steps = List.copyOf(steps);
        exclude = List.copyOf(exclude);
        if (steps.size() < MIN_STEPS || steps.size() > MAX_STEPS) {
            throw Problem.badInput("steps", steps.size() + " is not " + MIN_STEPS + " to " + MAX_STEPS + " steps.");
        }
        if (exclude.size() > MAX_EXCLUDED) {
            throw Problem.badInput("exclude", exclude.size() + " is not 0 to " + MAX_EXCLUDED + " events.");
        }
        if (window.compareTo(MIN_WINDOW) < 0 || window.compareTo(MAX_WINDOW) > 0) {
            throw Problem.badInput("window", "1 minute to 90 days, such as P7D.");
        }
        window = Duration.ofSeconds(window.toSeconds());
    }

    /** A definition of what is given; null is the default. */
    static FunnelDefinition of(
            @Nullable List<FunnelStep> steps,
            @Nullable List<FunnelStep> exclude,
            @Nullable Duration window,
            @Nullable FunnelOrdering ordering) {
        return new FunnelDefinition(
                requireNonNullElse(steps, List.of()),
                requireNonNullElse(exclude, List.of()),
                requireNonNullElse(window, USUAL_WINDOW),
                requireNonNullElse(ordering, FunnelOrdering.ORDERED));
    }

    /** The same with what is given; null leaves a thing as it is. */
    FunnelDefinition change(
            @Nullable List<FunnelStep> otherSteps,
            @Nullable List<FunnelStep> otherExclude,
            @Nullable Duration otherWindow,
            @Nullable FunnelOrdering otherOrdering) {
        return new FunnelDefinition(
                requireNonNullElse(otherSteps, steps),
                requireNonNullElse(otherExclude, exclude),
                requireNonNullElse(otherWindow, window),
                requireNonNullElse(otherOrdering, ordering));
    }
}
