package dev.pulsegraph.funnel;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Limit;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.series.Comparison;
import dev.pulsegraph.time.TimeRange;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is asked about a funnel: a saved one, or steps of its own. Equal for equal questions.
 *
 * @param version of the saved one; null for its newest
 */
record FunnelInput(
        @Nullable UUID funnel,
        @Nullable Integer version,
        @Nullable List<FunnelStep> steps,
        @Nullable List<FunnelStep> exclude,
        @Nullable Duration window,
        @Nullable FunnelOrdering ordering,
        TimeRange range,
        @Nullable FunnelDimension breakdown,
        @Nullable Comparison compareTo,
        ZoneId zone) {

    @Limit("days of a funnel")
    private static final int MAX_DAYS = 3_660;

    FunnelInput {
        if (Duration.between(range.from(), range.to()).toDays() > MAX_DAYS) {
            throw Problem.of(ErrorCode.LIMIT_EXCEEDED, "range", "more than " + MAX_DAYS + " days; ask for fewer.");
        }
        if ((funnel == null) == (steps == null)) {
            throw Problem.badInput("steps", "a saved funnel is needed, or steps; not both.");
        }
        if (funnel == null && version != null) {
            throw Problem.badInput("version", "only a saved funnel has versions.");
        }
    }

    /**
     * What is counted. What is said beside a saved funnel stands for what its version says.
     *
     * @param saved null for steps of its own
     */
    FunnelDefinition definition(@Nullable FunnelVersion saved) {
        return saved == null
                ? FunnelDefinition.of(steps, exclude, window, ordering)
                : saved.definition().change(steps, exclude, window, ordering);
    }
}
