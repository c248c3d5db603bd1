package dev.pulsegraph.similarity;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is looked for, and among what; equal questions about several organizations are one statement.
 *
 * @param source the entity that matches are like; null when a vector or a text is given
 * @param vector what a client made a vector of: text of an array of numbers at unit length
 * @param dimensions how many numbers that has
 * @param text what is embedded, unless there is a vector, and whose words are looked for
 * @param model null for the one that answers for the organization
 * @param metadata JSON of an object that theirs must contain
 * @param boost null for none
 */
record SimilarQuestion(
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
        @Nullable String metadata,
        Fusion fusion,
        @Nullable Boost boost) {

    /** Reciprocal rank fusion. */
    record Fusion(int k, double vectorWeight, double keywordWeight) {
        static final Fusion PUBLISHED = new Fusion(60, 1, 1);
    }

    /** @param halfLife in days */
    record Boost(String metric, double weight, double halfLife) {}
}
