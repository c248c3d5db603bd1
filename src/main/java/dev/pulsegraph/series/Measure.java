package dev.pulsegraph.series;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of the things that are measured: a series of it is answered for each group.
 *
 * @param segments where it is read, in order
 */
public record Measure(String name, @Nullable String unit, Aggregation aggregation, List<Segment> segments) {}
