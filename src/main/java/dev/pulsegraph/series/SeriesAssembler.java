package dev.pulsegraph.series;

import dev.pulsegraph.time.Buckets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes dense series of rows: a point for every bucket, whatever was read of it. */
public final class SeriesAssembler {
    private final SeriesQuery query;

    public SeriesAssembler(SeriesQuery query) {
        this.query = query;
    }

    /**
     * Assembles an answer.
     *
     * @param measures in the order they are answered in
     * @param rows of all measures, in any order
     * @param plan how it was read, when that was asked
     */
    public MetricResult assemble(List<Measure> measures, List<SeriesRow> rows, @Nullable MetricPlan plan) {
        Map<String, TreeMap<Integer, List<SeriesRow>>> groups = new HashMap<>();
        for (SeriesRow row : rows) {
            groups.computeIfAbsent(row.measure(), any -> new TreeMap<>())
                    .computeIfAbsent(row.rank(), any -> new ArrayList<>())
                    .add(row);
        }
        List<MetricSeries> series = new ArrayList<>();
        for (Measure measure : measures) {
            series.addAll(new MeasureAssembler(measure).list(groups.getOrDefault(measure.name(), new TreeMap<>())));
        }
        Buckets buckets = query.periods().buckets();
        return new MetricResult(series, buckets.zone().getId(), buckets.granularity(), plan);
    }

    /** What the groups of a measure share. */
    private final class MeasureAssembler {
        private final Measure measure;
        private final Buckets buckets;
        private final @Nullable Buckets comparison;
        private final List<PointSource> sources;
        private final List<PointSource> comparisonSources;

        MeasureAssembler(Measure measure) {
            this.measure = measure;
            buckets = query.periods().buckets();
            comparison = query.periods().comparison();
            sources = sources(buckets, false);
            comparisonSources = comparison == null ? List.of() : sources(comparison, true);
        }

        private List<PointSource> sources(Buckets buckets, boolean ofComparison) {
            return PointSource.list(
                    buckets,
                    measure.segments().stream()
                            .filter(segment -> segment.comparison() == ofComparison)
                            .toList());
        }

        List<MetricSeries> list(SortedMap<Integer, List<SeriesRow>> groups) {
            Grouping grouping = query.grouping();
            if (grouping.top() == null && !groups.isEmpty() && groups.lastKey() > query.groups()) {
                throw Grouping.tooMany(query.groups());
            }
            if (!grouping.isGrouped()) {
                return List.of(series(groups.getOrDefault(1, List.of()), false));
            }
            List<MetricSeries> series = new ArrayList<>();
            groups.forEach((rank, rows) -> series.add(series(rows, rank > query.groups())));
            return series;
        }

        private MetricSeries series(List<SeriesRow> rows, boolean other) {
            var period = new PeriodAssembler(measure.aggregation(), buckets, sources, rows, false);
            Double total = period.total();
            SeriesRow any = rows.isEmpty() ? null : rows.getFirst();
            return new MetricSeries(
                    measure.name(),
                    measure.unit(),
                    measure.aggregation(),
                    any == null ? null : any.platform(),
                    any == null ? null : any.entityType(),
                    any == null ? null : any.entityId(),
                    any == null ? null : any.group(),
                    other,
                    period.points(),
                    total,
                    comparison(total, rows));
        }

        private @Nullable MetricComparison comparison(@Nullable Double total, List<SeriesRow> rows) {
            if (comparison == null) {
                return null;
            }
            var before = new PeriodAssembler(measure.aggregation(), comparison, comparisonSources, rows, true);
            return MetricComparison.of(total, before.total(), before.points());
        }
    }

    /** One series over one of the periods. */
    private final class PeriodAssembler {
        private final Aggregation aggregation;
        private final Buckets buckets;
        private final List<PointSource> sources;
        private final Map<Integer, SeriesRow> bySlot = new HashMap<>();
        private @Nullable SeriesRow whole;

        PeriodAssembler(
                Aggregation aggregation,
                Buckets buckets,
                List<PointSource> sources,
                List<SeriesRow> rows,
                boolean ofComparison) {
            this.aggregation = aggregation;
            this.buckets = buckets;
            this.sources = sources;
            for (SeriesRow row : rows) {
                if (row.comparison() == ofComparison) {
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
            SeriesRow row = whole;
            if (row != null) {
                return row.value();
            }
            return aggregation.isZeroOfNothing() ? 0.0 : null;
        }

        List<MetricPoint> points() {
            Fill fill = query.fill() == null ? Fill.defaultOf(aggregation) : query.fill();
            List<MetricPoint> points = new ArrayList<>(buckets.size());
            List<Integer> slots = buckets.slots();
            Double before = null;
            for (int i = 0; i < buckets.size(); i++) {
                SeriesRow row = bySlot.get(slots.get(i));
                Double value = row != null ? row.value() : fill.value(before);
                points.add(new MetricPoint(
                        buckets.start(i),
                        value,
                        row == null ? 0 : row.samples(),
                        !buckets.end(i).isAfter(query.asOf()),
                        query.asOf(),
                        sources.get(i)));
                before = value;
            }
            return points;
        }
    }
}
