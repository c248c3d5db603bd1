package dev.pulsegraph.funnel;

import dev.pulsegraph.request.Patch;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A new funnel, or changes of one. Null leaves a thing as it is, or is the default of a new one.
 *
 * @param id null for a new one
 */
record SaveFunnelInput(
        UUID organization,
        @Nullable UUID id,
        @Nullable String name,
        Patch<String> description,
        @Nullable Boolean active,
        @Nullable List<FunnelStep> steps,
        @Nullable List<FunnelStep> exclude,
        @Nullable Duration window,
        @Nullable FunnelOrdering ordering) {

    /** What a new funnel counts. */
    FunnelDefinition definition() {
        return FunnelDefinition.of(steps, exclude, window, ordering);
    }

    /** What a funnel counts from now on. */
    FunnelDefinition change(FunnelDefinition definition) {
        return definition.change(steps, exclude, window, ordering);
    }
}
