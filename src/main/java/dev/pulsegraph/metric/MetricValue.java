package dev.pulsegraph.metric;

import dev.pulsegraph.post.NewestValues;
import dev.pulsegraph.post.Post;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The newest value of a metric of a post over all platforms.
 *
 * @param recordedAt null where it is not asked for
 */
record MetricValue(
        UUID organizationId,
        UUID postId,
        String metric,
        @Nullable String unit,
        double value,
        @Nullable Instant recordedAt) {

    /** What a post shows of its metrics, or of those of these names. Values of a ratio have a mean, all others a sum. */
    static List<MetricValue> list(
            Post post, NewestValues newest, Map<String, MetricDefinition> definitions, @Nullable List<String> names) {
        List<MetricValue> values = new ArrayList<>(newest.metrics().size());
        for (int i = 0; i < newest.metrics().size(); i++) {
            String metric = newest.metrics().get(i);
            if (names == null || names.contains(metric)) {
                MetricDefinition definition = Objects.requireNonNull(definitions.get(metric));
                values.add(new MetricValue(
                        post.organizationId(),
                        post.id(),
                        metric,
                        definition.unit(),
                        (definition.kind() == MetricKind.RATIO ? newest.means() : newest.sums()).get(i),
                        newest.times() == null ? null : newest.times().get(i)));
            }
        }
        return values;
    }

    /** Whose platforms it adds up. */
    Key key() {
        return new Key(organizationId, postId, metric);
    }

    record Key(UUID organization, UUID post, String metric) {}
}
