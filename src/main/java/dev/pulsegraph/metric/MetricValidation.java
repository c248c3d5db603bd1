package dev.pulsegraph.metric;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Limit;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.series.Aggregation;
import dev.pulsegraph.series.Grouping;
import dev.pulsegraph.series.Periods;
import dev.pulsegraph.series.SeriesQuery;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The second step: whether a question can be answered, within the bounds on its answer. */
final class MetricValidation {
    @Limit("metrics of a metric query")
    static final int MAX_METRICS = 20;

    @Limit("entities of a metric query")
    static final int MAX_ENTITIES = 1000;

    private MetricValidation() {}

    /**
     * Checks a question.
     *
     * @param owners how many answers of this form are asked for at once
     */
    static ValidMetricQuery validate(MetricQuery query, MetricContext context, int owners) {
        checkSizes(query);
        var grouping = new Grouping(query.isGrouped(), query.topGroups());
        Map<String, Aggregation> aggregations = aggregations(query, context);
        ZoneId zone = ZoneId.of(query.timeZone() == null ? context.timeZone() : query.timeZone());
        Periods periods = Periods.of(query.range(), query.granularity(), zone, query.compareTo());
        int groups = grouping.fit(query.metrics().size(), periods.buckets().size(), owners);
        return new ValidMetricQuery(
                query,
                aggregations,
                context.definitions(),
                new SeriesQuery(periods, query.fill(), grouping, groups, context.asOf()),
                context.hasDays() ? ZoneId.of(context.timeZone()) : null);
    }

    private static void checkSizes(MetricQuery query) {
        if (query.metrics().isEmpty()) {
            throw Problem.badInput("metrics", "at least one is needed.");
        }
        if (query.metrics().size() > MAX_METRICS) {
            throw exceeded("metrics", query.metrics().size() + " metrics; at most " + MAX_METRICS + " fit a query.");
        }
        List<?> entities = query.entityIds();
        if (entities != null && entities.size() > MAX_ENTITIES) {
            throw exceeded("entityIds", entities.size() + " entities; at most " + MAX_ENTITIES + " fit a query.");
        }
    }

    private static Map<String, Aggregation> aggregations(MetricQuery query, MetricContext context) {
        Map<String, Aggregation> aggregations = new LinkedHashMap<>();
        for (String metric : query.metrics()) {
            MetricContext.Definition definition = context.definitions().get(metric);
            if (definition == null) {
                throw Problem.badInput(
                        "metrics", "`" + Problem.shown(metric) + "` is not defined here; see metricDefinitions.");
            }
            aggregations.put(
                    metric, query.aggregation() == null ? definition.defaultAggregation() : query.aggregation());
        }
        return aggregations;
    }

    private static Problem exceeded(String argument, String message) {
        return Problem.of(ErrorCode.LIMIT_EXCEEDED, argument, message);
    }
}
