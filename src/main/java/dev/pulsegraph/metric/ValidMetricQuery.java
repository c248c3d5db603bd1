package dev.pulsegraph.metric;

import dev.pulsegraph.series.Aggregation;
import dev.pulsegraph.series.SeriesQuery;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A question that can be answered.
 *
 * @param aggregations of each metric, in the order asked for
 * @param series what it has in common with questions of other features
 * @param dayZone the zone of the rollups of days; null where they are not to be used
 */
record ValidMetricQuery(
        MetricQuery query,
        Map<String, Aggregation> aggregations,
        Map<String, MetricContext.Definition> definitions,
        SeriesQuery series,
        @Nullable ZoneId dayZone) {}
