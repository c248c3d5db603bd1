package dev.pulsegraph.metric;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;

/** The newest value of a metric of a post on one platform. */
@MappedEntity
record PlatformValue(
        UUID organizationId, @Id UUID postId, String metric, String platform, double value, Instant recordedAt) {

    MetricValue.Key key() {
        return new MetricValue.Key(organizationId, postId, metric);
    }
}
