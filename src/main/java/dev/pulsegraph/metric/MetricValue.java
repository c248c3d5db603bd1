package dev.pulsegraph.metric;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The newest value of a metric of a post over all platforms. */
record MetricValue(
        UUID organizationId,
        UUID postId,
        String metric,
        @Nullable String unit,
        double value,
        Instant recordedAt) {

    /** Whose platforms it adds up. */
    Key key() {
        return new Key(organizationId, postId, metric);
    }

    record Key(UUID organization, UUID post, String metric) {}
}
