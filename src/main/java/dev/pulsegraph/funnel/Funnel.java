package dev.pulsegraph.funnel;

import dev.pulsegraph.paging.Identified;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A saved funnel with its newest version. */
public record Funnel(
        UUID id,
        UUID organizationId,
        String name,
        @Nullable String description,
        boolean active,
        FunnelVersion newest,
        Instant createdAt,
        Instant updatedAt)
        implements Identified {

    public int version() {
        return newest.version();
    }

    public List<FunnelStep> steps() {
        return newest.steps();
    }

    public List<FunnelStep> exclude() {
        return newest.exclude();
    }

    public String window() {
        return newest.window();
    }

    public FunnelOrdering ordering() {
        return newest.ordering();
    }
}
