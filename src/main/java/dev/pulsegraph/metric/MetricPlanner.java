package dev.pulsegraph.metric;

import dev.pulsegraph.series.Aggregation;
import dev.pulsegraph.series.Measure;
import dev.pulsegraph.series.MetricPlan;
import dev.pulsegraph.series.PlanScope;
import dev.pulsegraph.series.PlanSegment;
import dev.pulsegraph.series.Segment;
import dev.pulsegraph.series.Tiers;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The third step: from which tiers each metric is read. */
final class MetricPlanner {
    private MetricPlanner() {}

    static PlannedMetricQuery plan(ValidMetricQuery valid) {
        Map<PlanScope, List<Segment>> segments = new EnumMap<>(PlanScope.class);
        List<Measure> measures = new ArrayList<>();
        List<PlanSegment> planned = new ArrayList<>();
        valid.aggregations().forEach((metric, aggregation) -> {
            PlanScope scope = scope(valid.query(), aggregation);
            List<Segment> ofMetric = segments.computeIfAbsent(scope, any -> segments(valid, scope));
            String unit =
                    Objects.requireNonNull(valid.definitions().get(metric)).unit();
            measures.add(new Measure(metric, unit, aggregation, ofMetric));
            ofMetric.forEach(segment -> planned.add(PlanSegment.of(metric, scope, segment)));
        });
        int cells = measures.size()
                * valid.series().periods().buckets().size()
                * valid.series().groups();
        return new PlannedMetricQuery(
                valid, measures, new MetricPlan("MetricPointRepository.listPoints", planned, cells));
    }

    /** Totals over entities have hours, too. */
    private static List<Segment> segments(ValidMetricQuery valid, PlanScope scope) {
        return new Tiers(scope == PlanScope.TOTALS, valid.dayZone())
                .segments(valid.series().periods());
    }

    private static PlanScope scope(MetricQuery query, Aggregation aggregation) {
        return query.entityIds() == null
                        && !query.groupBy().contains(MetricDimension.ENTITY)
                        && aggregation.isOfTotals()
                ? PlanScope.TOTALS
                : PlanScope.SERIES;
    }
}
