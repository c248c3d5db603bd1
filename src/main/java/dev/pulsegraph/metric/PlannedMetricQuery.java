package dev.pulsegraph.metric;

import dev.pulsegraph.series.Measure;
import dev.pulsegraph.series.MetricPlan;
import dev.pulsegraph.series.MetricResult;
import dev.pulsegraph.series.SeriesAssembler;
import dev.pulsegraph.series.SeriesRow;
import java.util.List;

/** A question and how it is answered. */
record PlannedMetricQuery(ValidMetricQuery valid, List<Measure> measures, MetricPlan plan) {

    /** The fifth step: rows become dense series. */
    MetricResult assemble(List<SeriesRow> rows) {
        return new SeriesAssembler(valid.series())
                .assemble(measures, rows, valid.query().explain() ? plan : null);
    }
}
