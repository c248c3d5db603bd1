package dev.pulsegraph.series;

/** Whether totals over all entities are read, or each series. */
public enum PlanScope {
    TOTALS,
    SERIES
}
