package dev.pulsegraph.metric;

import static java.util.stream.Collectors.groupingBy;

import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.post.Post;
import dev.pulsegraph.post.PostLoader;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Definitions of several organizations, and newest values of several posts, in a statement each. */
@Singleton
class MetricLoader {
    private final MetricRepository metrics;
    private final PostLoader posts;

    MetricLoader(MetricRepository metrics, PostLoader posts) {
        this.metrics = metrics;
        this.posts = posts;
    }

    /** The metrics of an organization, by their names and in the order of these. */
    CompletableFuture<Map<String, MetricDefinition>> definitions(Call call, UUID organization) {
        return call.read("metric.definitions", organization, MetricRepository::definitions);
    }

    /**
     * What a post shows of its metrics.
     *
     * @param names null for all it has samples of
     */
    CompletableFuture<List<MetricValue>> newest(Call call, Post post, @Nullable List<String> names) {
        return posts.newest(call, post, call.asksFor("recordedAt"))
                .thenCombine(
                        definitions(call, post.organizationId()),
                        (newest, definitions) -> MetricValue.list(post, newest, definitions, names));
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
}
