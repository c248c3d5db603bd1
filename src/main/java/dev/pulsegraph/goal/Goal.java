package dev.pulsegraph.goal;

import dev.pulsegraph.funnel.FunnelStep;
import dev.pulsegraph.funnel.PropertyCondition;
import dev.pulsegraph.paging.Identified;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What visitors are meant to do.
 *
 * @param step what it is, under the name of the goal
 * @param value path of the property whose sum is the revenue
 * @param timeZone of the organization, for days that are asked about
 */
public record Goal(
        UUID id,
        UUID organizationId,
        FunnelStep step,
        @Nullable String value,
        Instant createdAt,
        Instant updatedAt,
        String timeZone)
        implements Identified {

    public String name() {
        return step.name();
    }

    public @Nullable String event() {
        return step.event();
    }

    public @Nullable String path() {
        return step.path();
    }

    public @Nullable String clickTarget() {
        return step.clickTarget();
    }

    public List<PropertyCondition> where() {
        return step.where();
    }
}
