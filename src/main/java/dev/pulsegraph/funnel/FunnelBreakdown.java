package dev.pulsegraph.funnel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The visitors of a value.
 *
 * @param value null for visitors without one, and for the others together
 */
public record FunnelBreakdown(@Nullable String value, boolean other, List<FunnelStepResult> steps) {

    public long entered() {
        return steps.getFirst().entered();
    }

    public long converted() {
        return steps.getLast().entered();
    }

    public double conversion() {
        return steps.getLast().conversionFromStart();
    }
}
