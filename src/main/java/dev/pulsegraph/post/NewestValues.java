package dev.pulsegraph.post;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a post shows of its metrics, kept beside the post by those who keep samples. All lists have one element a metric.
 *
 * @param metrics with a sample, by name
 * @param sums of the newest values of all platforms, and {@code means} of them
 * @param times when the newest of them is of; null where they were not read
 */
public record NewestValues(
        List<String> metrics,
        List<Double> sums,
        List<Double> means,
        @Nullable List<Instant> times) {
    static final NewestValues NONE = new NewestValues(List.of(), List.of(), List.of(), List.of());

    /** Which of them are read with posts. The times take half of what all of them take. */
    enum Part {
        NONE,
        VALUES,
        VALUES_AND_TIMES
    }
}
