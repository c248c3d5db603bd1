package dev.pulsegraph.goal;

import dev.pulsegraph.funnel.FunnelStep;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.product.PropertyFilters;
import dev.pulsegraph.product.PropertyPath;
import dev.pulsegraph.request.Patch;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A new goal, or changes of one. Null leaves a thing as it is.
 *
 * @param id null for a new one
 * @param event what is counted instead of what was, if this, {@code path} or {@code clickTarget} is given
 */
record SaveGoalInput(
        UUID organization,
        @Nullable UUID id,
        @Nullable String name,
        @Nullable String event,
        @Nullable String path,
        @Nullable String clickTarget,
        @Nullable List<Map<String, @Nullable Object>> conditions,
        Patch<String> value) {

    SaveGoalInput {
        long given =
                Stream.of(event, path, clickTarget).filter(Objects::nonNull).count();
        if (given > 1 || (given == 0 && id == null)) {
            throw Problem.badInput("event", "a goal has one of event, path and clickTarget.");
        }
        if (name == null && id == null) {
            throw Problem.badInput("name", "a new goal needs one.");
        }
        PropertyFilters.of("where", conditions);
        path = path == null ? null : FunnelStep.checkedPath(path);
        if (value.value() != null) {
            PropertyPath.of("value", value.value());
        }
    }

    /** Whether another thing is counted from now on. */
    boolean setsStep() {
        return event != null || path != null || clickTarget != null;
    }
}
