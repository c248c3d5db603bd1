package dev.pulsegraph.graphql;

import java.util.HashMap;
import java.util.Map;

/**
 * What a field costs, as far as its arguments tell.
 *
 * @param work what it costs to find the answer, beside the objects of it
 * @param sizes of lists below the field by their paths, such as {@code series/points}; of the field itself by an empty one
 * @param what of these makes it large, as told to a caller: {@code 20 series of 366 points}
 */
public record Estimate(double work, Map<String, Integer> sizes, String what) {
    /** Of a field that its own arguments say nothing about, or that will be refused. */
    public static final Estimate NONE = new Estimate(0, Map.of(), "");

    private static final int ITEMS = 100;

    public Estimate {
        sizes = Map.copyOf(sizes);
    }

    public static Estimate of(double work, String what) {
        return new Estimate(work, Map.of(), what);
    }

    /**
     * Of a mutation that takes many items: as much as the same by bulk.
     *
     * @param perItem the list of the payload that has at most one for each
     */
    public static Estimate ofItems(int items, String perItem) {
        return of((double) items / ITEMS, items + " items").with(perItem, items);
    }

    /** The same of a {@code MetricResult}: so many series, each of so many points, and as many of what they are compared with. */
    public Estimate withSeries(int series, int points) {
        return with("series", series).with("series/points", points).with("series/comparison/points", points);
    }

    /** The same with the size of a list. */
    public Estimate with(String path, int size) {
        Map<String, Integer> more = new HashMap<>(sizes);
        more.put(path, size);
        return new Estimate(work, more, what);
    }
}
