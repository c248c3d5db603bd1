package dev.pulsegraph.similarity;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * Searching for what is alike.
 *
 * @param recallSample one in how many answers by index is checked against all vectors
 * @param recallMaxLoad the share of the machine's time in use, 0 to 1, above which no answer is checked
 */
@ConfigurationProperties("pulsegraph.embedding")
public record SearchSettings(
        @Bindable(defaultValue = "100") int recallSample,
        @Bindable(defaultValue = "0.5") double recallMaxLoad) {}
