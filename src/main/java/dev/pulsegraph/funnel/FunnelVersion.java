package dev.pulsegraph.funnel;

import java.time.Instant;
import java.util.List;

/** What a funnel counts, or counted once. Versions never change. */
public record FunnelVersion(int version, FunnelDefinition definition, Instant createdAt) {

    public List<FunnelStep> steps() {
        return definition.steps();
    }

    public List<FunnelStep> exclude() {
        return definition.exclude();
    }

    public String window() {
        return definition.window().toString();
    }

    public FunnelOrdering ordering() {
        return definition.ordering();
    }
}
