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
            var maker = new Maker(metric);
            if (!valid.query().isGrouped()) {
                series.add(maker.series(ranked.getOrDefault(1, List.of()), false));
            }
            ranked.forEach((rank, group) -> {
                boolean other = rank > valid.groups();
                if (other && valid.query().topGroups() == null) {
                    throw MetricValidation.tooManyGroups(valid);
                }
                if (valid.query().isGrouped()) {
                    series.add(maker.series(group, other));
                }
            });
        }
        return new MetricResult(
                series,
                valid.buckets().zone().getId(),
                valid.buckets().granularity(),
                valid.query().explain() ? plan : null);
    }

    /** What the groups of a metric share. */
    private final class Maker {
        private final String metric;
        private final Aggregation aggregation;
        private final List<PointSource> sources;
        private final List<PointSource> sourcesBefore;

        Maker(String metric) {
            this.metric = metric;
            aggregation = Objects.requireNonNull(valid.aggregations().get(metric));
            sources = sources(metric, valid.buckets(), false);
            sourcesBefore = valid.comparison() == null ? List.of() : sources(metric, valid.comparison(), true);
        }

        MetricSeries series(List<Row> rows, boolean other) {
            var period = new Period(aggregation, valid.buckets(), sources, rows, false);
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
                            : comparison(
                                    total, new Period(aggregation, valid.comparison(), sourcesBefore, rows, true)));
        }
    }

    private static MetricComparison comparison(@Nullable Double total, Period other) {
        Double before = other.total();
        Double change = total == null || before == null || before == 0 ? null : (total - before) / Math.abs(before);
        return new MetricComparison(before, change, other.points());
    }

    /** One series over one of the periods. */
    private final class Period {
        private final Aggregation aggregation;
        private final Buckets buckets;
        private final List<PointSource> sources;
        private final Map<Integer, Row> bySlot = new HashMap<>();
        private @Nullable Row whole;

        Period(
                Aggregation aggregation,
                Buckets buckets,
                List<PointSource> sources,
                List<Row> rows,
                boolean comparison) {
            this.aggregation = aggregation;
            this.buckets = buckets;
            this.sources = sources;
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
            List<Integer> slots = buckets.slots();
            for (int i = 0; i < buckets.size(); i++) {
                Row row = bySlot.get(slots.get(i));
                Double value = row != null ? row.value() : filled(before);
                points.add(new MetricPoint(
                        buckets.start(i),
                        value,
                        row == null ? 0 : row.samples(),
                        !buckets.end(i).isAfter(valid.asOf()),
                        valid.asOf(),
                        sources.get(i)));
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
    }

    /** Where each point of a metric was read; the same for all of its groups. Segments and points are both in order. */
    private List<PointSource> sources(String metric, Buckets buckets, boolean comparison) {
        List<PlanSegment> segments = plan.segments().stream()
                .filter(segment ->
                        segment.comparison() == comparison && segment.metric().equals(metric))
                .toList();
        List<PointSource> sources = new ArrayList<>(buckets.size());
        int first = 0;
        for (int i = 0; i < buckets.size(); i++) {
            Instant from = buckets.start(i);
            Instant to = buckets.end(i);
            while (first < segments.size() && !segments.get(first).to().isAfter(from)) {
                first++;
            }
            boolean raw = false;
            boolean rollup = false;
            for (int k = first; k < segments.size() && segments.get(k).from().isBefore(to); k++) {
                raw |= segments.get(k).tier() == PlanTier.RAW;
                rollup |= segments.get(k).tier() != PlanTier.RAW;
            }
            if (raw && rollup) {
                sources.add(PointSource.MIXED);
            } else {
                sources.add(raw ? PointSource.RAW : PointSource.ROLLUP);
            }
        }
        return sources;
    }
}
