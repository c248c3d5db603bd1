package dev.pulsegraph.post;

import java.time.Instant;

/**
 * What a post shows of a metric, kept beside the post by those who keep samples.
 *
 * @param sum of the newest values of all platforms, and {@code mean} of them
 * @param recordedAt when the newest of them is of
 */
public record NewestValue(String metric, double sum, double mean, Instant recordedAt) {}
