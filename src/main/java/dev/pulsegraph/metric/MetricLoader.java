package dev.pulsegraph.metric;

import static java.util.stream.Collectors.groupingBy;

import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** Definitions of several organizations, and newest values of several posts, in a statement each. */
@Singleton
class MetricLoader {
    private final MetricRepository metrics;

    MetricLoader(MetricRepository metrics) {
        this.metrics = metrics;
    }

    Map<UUID, List<MetricDefinition>> definitions(Set<UUID> organizations) {
        Map<UUID, List<MetricDefinition>> found = new HashMap<>();
        organizations.forEach(id -> found.put(id, new ArrayList<>()));
        metrics.listDefinitions(organizations)
                .forEach(definition -> Objects.requireNonNull(found.get(definition.organizationId()))
                        .add(definition));
        return found;
    }

    /** What the newest values add up. */
    Map<MetricValue.Key, List<PlatformValue>> newestByPlatform(Set<MetricValue.Key> keys) {
        return metrics
                .listNewestByPlatform(
                        keys.stream().map(MetricValue.Key::organization).toList(),
                        keys.stream().map(MetricValue.Key::post).toList(),
                        keys.stream().map(MetricValue.Key::metric).toList())
                .stream()
                .collect(groupingBy(PlatformValue::key));
    }

    /** A post whose newest values are asked for. */
    record PostKey(UUID organization, UUID post) {
        static PostKey of(MetricValue value) {
            return new PostKey(value.organizationId(), value.postId());
        }
    }
}
