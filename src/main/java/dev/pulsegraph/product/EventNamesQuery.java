package dev.pulsegraph.product;

import dev.pulsegraph.time.TimeRange;
import java.util.List;

/**
 * Which names of events are asked for.
 *
 * @param types as stored
 * @param visitors whether visitors are counted, too
 */
record EventNamesQuery(TimeRange range, List<String> types, int first, boolean visitors) {}
