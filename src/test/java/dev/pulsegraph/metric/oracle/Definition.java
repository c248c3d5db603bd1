package dev.pulsegraph.metric.oracle;

/** How the samples of a metric are to be read. */
public record Definition(String name, Kind kind, Aggregation aggregation) {

    /** As the contract has it. */
    public enum Kind {
        COUNTER,
        GAUGE,
        DELTA,
        RATIO
    }

    /** As the contract has it. */
    public enum Aggregation {
        SUM,
        AVG,
        MIN,
        MAX,
        COUNT,
        LAST
    }
}
