package dev.pulsegraph.metric;

import dev.pulsegraph.series.Aggregation;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an organization brings to a question.
 *
 * @param hasDays whether the rollups of days are of this time zone
 * @param asOf what was committed before is seen
 * @param definitions of the metrics asked for, by name; those that are not defined are missing
 */
record MetricContext(String timeZone, boolean hasDays, Instant asOf, Map<String, Definition> definitions) {

    record Definition(@Nullable String unit, MetricKind kind, Aggregation defaultAggregation) {}
}
