package dev.pulsegraph.traffic;

import dev.pulsegraph.problem.Limit;
import dev.pulsegraph.problem.Problem;
import java.util.List;

/**
 * Traffic that has one of some values.
 *
 * @param in the values; '' for traffic that has none
 */
public record DimensionFilter(TrafficDimension dimension, List<String> in) {
    @Limit("dimensions of a filter of traffic")
    static final int MAX_FILTERS = 10;

    @Limit("values of a dimension of a filter")
    static final int MAX_VALUES = 200;

    public DimensionFilter {
        in = List.copyOf(in);
        if (in.isEmpty() || in.size() > MAX_VALUES) {
            throw Problem.badInput("in", in.size() + " values; allowed are 1 to " + MAX_VALUES + ".");
        }
    }
}
