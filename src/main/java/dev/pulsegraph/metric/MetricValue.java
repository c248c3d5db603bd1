package dev.pulsegraph.metric;

import dev.pulsegraph.post.NewestValue;
import dev.pulsegraph.post.Post;
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

    /** Values of a ratio have a mean, all others a sum. */
    static MetricValue of(Post post, NewestValue newest, MetricDefinition definition) {
        return new MetricValue(
                post.organizationId(),
                post.id(),
                newest.metric(),
                definition.unit(),
                definition.kind() == MetricKind.RATIO ? newest.mean() : newest.sum(),
                newest.recordedAt());
    }

    /** Whose platforms it adds up. */
    Key key() {
        return new Key(organizationId, postId, metric);
    }

    record Key(UUID organization, UUID post, String metric) {}
}
