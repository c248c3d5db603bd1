package dev.pulsegraph.funnel;

import dev.pulsegraph.problem.Limit;
import dev.pulsegraph.problem.Problem;
import java.time.Duration;
import java.util.List;

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
}
