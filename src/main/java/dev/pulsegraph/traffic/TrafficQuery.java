package dev.pulsegraph.traffic;

import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.series.Periods;
import java.util.List;

/** A question about traffic over time. Equal for equal questions. */
record TrafficQuery(List<TrafficMeasure> measures, TrafficFilter filter, Periods periods) {

    TrafficQuery {
        measures = measures.stream().distinct().toList();
        if (measures.isEmpty()) {
            throw Problem.badInput("measures", "at least one measure is needed, such as SESSIONS.");
        }
    }

    boolean asksForVisitors() {
        return measures.contains(TrafficMeasure.VISITORS);
    }
}
