package dev.pulsegraph.metric;

import dev.pulsegraph.time.Buckets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A question that can be answered.
 *
 * @param aggregations of each metric, in the order asked for
 * @param groups how many groups a metric may have
 * @param comparison the buckets compared with, aligned with {@code buckets}
 * @param dayZone the zone of the rollups of days; null where they are not to be used
 */
record ValidMetricQuery(
        MetricQuery query,
        Map<String, Aggregation> aggregations,
        Map<String, MetricGround.Definition> definitions,
        Buckets buckets,
        @Nullable Buckets comparison,
        int groups,
        @Nullable ZoneId dayZone,
        Instant asOf) {}
