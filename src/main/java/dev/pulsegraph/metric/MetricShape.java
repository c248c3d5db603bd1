package dev.pulsegraph.metric;

import dev.pulsegraph.metric.MetricPointRepository.Row;
import dev.pulsegraph.time.Buckets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The fifth step: rows become dense series. */
final class MetricShape {
    private final ValidMetricQuery valid;
    private final MetricPlan plan;

    private MetricShape(ValidMetricQuery valid, MetricPlan plan) {
        this.valid = valid;
        this.plan = plan;
    }

    static MetricResult shape(ValidMetricQuery valid, MetricPlan plan, List<Row> rows) {
        return new MetricShape(valid, plan).result(rows);
    }

    private MetricResult result(List<Row> rows) {
        Map<String, TreeMap<Integer, List<Row>>> groups = new HashMap<>();
        for (Row row : rows) {
            groups.computeIfAbsent(row.metric(), any -> new TreeMap<>())
                    .computeIfAbsent(row.rank(), any -> new ArrayList<>())
                    .add(row);
        }
        List<MetricSeries> series = new ArrayList<>();
        for (String metric : valid.aggregations().keySet()) {
            var ranked = groups.getOrDefault(metric, new TreeMap<>());
            if (!valid.query().isGrouped()) {
                series.add(series(metric, ranked.getOrDefault(1, List.of()), false));
            }
            ranked.forEach((rank, group) -> {
                boolean other = rank > valid.groups();
                if (other && valid.query().topGroups() == null) {
                    throw MetricValidation.tooManyGroups(valid);
                }
                if (valid.query().isGrouped()) {
                    series.add(series(metric, group, other));
                }
            });
        }
        return new MetricResult(
                series,
                valid.buckets().zone().getId(),
                valid.buckets().granularity(),
                valid.query().explain() ? plan : null);
    }

    private MetricSeries series(String metric, List<Row> rows, boolean other) {
        Aggregation aggregation = Objects.requireNonNull(valid.aggregations().get(metric));
        var period = new Period(metric, aggregation, valid.buckets(), false, rows);
        Double total = period.total();
        Row any = rows.isEmpty() ? null : rows.getFirst();
        return new MetricSeries(
                metric,
                Objects.requireNonNull(valid.definitions().get(metric)).unit(),
                aggregation,
                any == null ? null : any.platform(),
                any == null ? null : any.entityType(),
                any == null ? null : any.entityId(),
                other,
                period.points(),
                total,
                valid.comparison() == null
                        ? null
                        : comparison(total, new Period(metric, aggregation, valid.comparison(), true, rows)));
    }

    private static MetricComparison comparison(@Nullable Double total, Period other) {
        Double before = other.total();
        Double change = total == null || before == null || before == 0 ? null : (total - before) / Math.abs(before);
        return new MetricComparison(before, change, other.points());
    }

    /** One series over one of the periods. */
    private final class Period {
        private final String metric;
        private final Aggregation aggregation;
        private final Buckets buckets;
        private final boolean comparison;
        private final Map<Integer, Row> bySlot = new HashMap<>();
        private @Nullable Row whole;

        Period(String metric, Aggregation aggregation, Buckets buckets, boolean comparison, List<Row> rows) {
            this.metric = metric;
            this.aggregation = aggregation;
            this.buckets = buckets;
            this.comparison = comparison;
            for (Row row : rows) {
                if (row.comparison() == comparison) {
                    Integer slot = row.slot();
                    if (slot == null) {
                        whole = row;
                    } else {
                        bySlot.put(slot, row);
                    }
                }
            }
        }

        @Nullable
        Double total() {
            Row row = whole;
            if (row != null) {
                return row.value();
            }
            return aggregation.isZeroOfNothing() ? 0.0 : null;
        }

        List<MetricPoint> points() {
            List<MetricPoint> points = new ArrayList<>(buckets.size());
            Double before = null;
            for (int i = 0; i < buckets.size(); i++) {
                Row row = bySlot.get(i + 1);
                Double value = row != null ? row.value() : filled(before);
                Instant end = buckets.edges().get(i + 1);
                points.add(new MetricPoint(
                        buckets.edges().get(i),
                        value,
                        row == null ? 0 : row.samples(),
                        !end.isAfter(valid.asOf()),
                        valid.asOf(),
                        source(buckets.edges().get(i), end)));
                before = value;
            }
            return points;
        }

        private @Nullable Double filled(@Nullable Double before) {
            Fill fill = valid.query().fill();
            if (fill == null) {
                fill = aggregation.isZeroOfNothing() ? Fill.ZERO : Fill.NULL;
            }
            return switch (fill) {
                case ZERO -> 0.0;
                case NULL -> null;
                case PREVIOUS -> before;
            };
        }

        private PointSource source(Instant from, Instant to) {
            boolean raw = false;
            boolean rollup = false;
            for (PlanSegment segment : plan.segments()) {
                if (segment.comparison() == comparison
                        && segment.metric().equals(metric)
                        && segment.from().isBefore(to)
                        && segment.to().isAfter(from)) {
                    raw |= segment.tier() == PlanTier.RAW;
                    rollup |= segment.tier() != PlanTier.RAW;
                }
            }
            if (raw) {
                return rollup ? PointSource.MIXED : PointSource.RAW;
            }
            return PointSource.ROLLUP;
        }
    }
}
