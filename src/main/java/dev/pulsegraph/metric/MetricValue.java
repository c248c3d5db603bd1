package dev.pulsegraph.metric;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The newest value of a metric of a post over all platforms. */
@MappedEntity
record MetricValue(
        UUID organizationId,
        @Id UUID postId,
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
