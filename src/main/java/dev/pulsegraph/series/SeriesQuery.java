package dev.pulsegraph.series;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What all questions about series have in common, checked.
 *
 * @param fill null for that of each aggregation
 * @param groups how many groups of a measure are answered apart; see {@link Grouping#fit}
 * @param asOf what was committed before is seen
 */
public record SeriesQuery(Periods periods, @Nullable Fill fill, Grouping grouping, int groups, Instant asOf) {}
