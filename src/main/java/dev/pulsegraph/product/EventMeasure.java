package dev.pulsegraph.product;

import dev.pulsegraph.series.Aggregation;

/** What is made of the events of a bucket. */
enum EventMeasure {
    COUNT(Aggregation.COUNT, "count(*)"),
    VISITORS(Aggregation.COUNT, "count(distinct t.visitor)"),
    SESSIONS(Aggregation.COUNT, "count(distinct t.session_id)"),
    SUM(Aggregation.SUM, "sum(t.number)"),
    AVG(Aggregation.AVG, "avg(t.number)"),
    MIN(Aggregation.MIN, "min(t.number)"),
    MAX(Aggregation.MAX, "max(t.number)"),
    P50(Aggregation.AVG, "percentile_cont(0.5) within group (order by cast(t.number as double precision))"),
    P90(Aggregation.AVG, "percentile_cont(0.9) within group (order by cast(t.number as double precision))"),
    P99(Aggregation.AVG, "percentile_cont(0.99) within group (order by cast(t.number as double precision))");

    private final Aggregation aggregation;
    private final String sql;

    EventMeasure(Aggregation aggregation, String sql) {
        this.aggregation = aggregation;
        this.sql = sql;
    }

    Aggregation aggregation() {
        return aggregation;
    }

    /** As an aggregate of {@code t}. */
    String sql() {
        return sql;
    }

    boolean isOfProperty() {
        return this != COUNT && this != VISITORS && this != SESSIONS;
    }
}
