package dev.pulsegraph.similarity;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is looked for, and among what; equal queries of several organizations are one statement.
 *
 * @param source the entity that matches are like; null when a vector or a text is given
 * @param vector what a client made a vector of: text of an array of numbers at unit length
 * @param dimensions how many numbers that has
 * @param text what is embedded, unless there is a vector, and whose words are looked for
 * @param model null for the one that answers for the organization
 * @param metadata an object that theirs must contain
 * @param boost null for none
 */
record SimilarQuery(
        @Nullable EntityKey source,
        @Nullable String vector,
        int dimensions,
        @Nullable String text,
        @Nullable String model,
        SimilarMode mode,
        int first,
        @Nullable Double threshold,
        @Nullable List<String> entityTypes,
        @Nullable List<String> platforms,
        @Nullable Instant publishedFrom,
        @Nullable Instant publishedTo,
        @Nullable Map<String, Object> metadata,
        Fusion fusion,
        @Nullable Boost boost) {

    /** What is like an entity, by the model that answers. */
    static SimilarQuery of(
            EntityKey source, int first, @Nullable Double threshold, @Nullable List<String> entityTypes) {
        return new SimilarQuery(
                source,
                null,
                0,
                null,
                null,
                SimilarMode.VECTOR,
                first,
                threshold,
                entityTypes,
                null,
                null,
                null,
                null,
                Fusion.PUBLISHED,
                null);
    }

    /** How many entities are found for each vector, as in {@code app.similar}: what is fused or boosted may end up higher. */
    int depth() {
        return mode == SimilarMode.VECTOR && boost == null
                ? first + 1
                : Math.max(SimilarResolver.MIN_CANDIDATES, SimilarResolver.CANDIDATES_PER_MATCH * first);
    }

    /** Whether matches are told by more than their entities: by posts, or by metadata. */
    boolean dependsOnMoreThanEntities() {
        return platforms != null || publishedFrom != null || publishedTo != null || metadata != null;
    }

    /** As {@code app.search_options} names them. The vector, which may have been made of the text, goes beside them. */
    Map<String, @Nullable Object> options() {
        Map<String, @Nullable Object> options = new HashMap<>();
        options.put("mode", mode.stored());
        options.put("words", mode == SimilarMode.VECTOR ? null : text);
        options.put("first", first);
        options.put("threshold", threshold);
        options.put("entity_types", entityTypes);
        options.put("platforms", platforms);
        options.put("published_from", publishedFrom == null ? null : publishedFrom.toString());
        options.put("published_to", publishedTo == null ? null : publishedTo.toString());
        options.put("metadata", metadata);
        options.put("fusion_k", fusion.k);
        options.put("vector_weight", fusion.vectorWeight);
        options.put("keyword_weight", fusion.keywordWeight);
        if (source != null) {
            options.put("source_type", source.type().stored());
            options.put("source_id", source.id().toString());
        }
        if (boost != null) {
            options.put("boost_metric", boost.metric);
            options.put("boost_weight", boost.weight);
            options.put("boost_half_life", boost.duration().toString());
        }
        return options;
    }

    /** Reciprocal rank fusion. */
    record Fusion(int k, double vectorWeight, double keywordWeight) {
        static final Fusion PUBLISHED = new Fusion(60, 1, 1);
    }

    /** @param halfLife in days */
    record Boost(String metric, double weight, double halfLife) {
        private static final double NANOSECONDS_PER_DAY = 86_400e9;

        Duration duration() {
            return Duration.ofNanos(Math.round(halfLife * NANOSECONDS_PER_DAY));
        }
    }
}
