package dev.pulsegraph.funnel;

import dev.pulsegraph.funnel.FunnelAttemptRepository.Count;
import dev.pulsegraph.series.Aggregation;
import dev.pulsegraph.series.Grouping;
import dev.pulsegraph.series.Measure;
import dev.pulsegraph.series.MetricSeries;
import dev.pulsegraph.series.Periods;
import dev.pulsegraph.series.PlanTier;
import dev.pulsegraph.series.Segment;
import dev.pulsegraph.series.SeriesAssembler;
import dev.pulsegraph.series.SeriesQuery;
import dev.pulsegraph.series.SeriesRow;
import dev.pulsegraph.time.Buckets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes an answer of the rows that were counted for a question. */
final class FunnelAssembler {
    private static final String ENTERED = "entered";
    private static final String CONVERTED = "converted";

    private final UUID organization;
    private final FunnelQuestion question;
    private final @Nullable Integer version;
    private final List<Count> counts;
    private final Instant asOf;

    FunnelAssembler(
            UUID organization, FunnelQuestion question, @Nullable Integer version, List<Count> counts, Instant asOf) {
        this.organization = organization;
        this.question = question;
        this.version = version;
        this.counts = counts;
        this.asOf = asOf;
    }

    FunnelResult assemble() {
        Buckets comparison = question.periods().comparison();
        FunnelResult previous =
                comparison == null ? null : result(question.previous(comparison), true, null, List.of());
        return result(question, false, previous, series(question.periods()));
    }

    private FunnelResult result(
            FunnelQuestion asked, boolean ofPrevious, @Nullable FunnelResult previous, List<MetricSeries> series) {
        List<Count> all = counts.stream()
                .filter(count -> count.previous() == ofPrevious && count.step() != null && count.rank() == null)
                .toList();
        int last = question.definition().steps().size();
        return new FunnelResult(
                organization,
                asked,
                version,
                steps(all),
                all.stream()
                        .filter(count -> Objects.equals(count.step(), last))
                        .map(Count::mean)
                        .findAny()
                        .orElse(null),
                previous,
                breakdown(ofPrevious),
                series,
                asked.isComplete(asOf));
    }

    /** Values in the order of the range, also those that nobody had in the period compared with. */
    private List<FunnelBreakdown> breakdown(boolean ofPrevious) {
        Map<Integer, List<Count>> byRank = new TreeMap<>();
        Map<Integer, String> values = new TreeMap<>();
        for (Count count : counts) {
            Integer rank = count.rank();
            if (rank != null) {
                List<Count> ofRank = byRank.computeIfAbsent(rank, any -> new ArrayList<>());
                if (count.value() != null) {
                    values.put(rank, count.value());
                }
                if (count.previous() == ofPrevious) {
                    ofRank.add(count);
                }
            }
        }
        List<FunnelBreakdown> breakdown = new ArrayList<>();
        byRank.forEach((rank, ofRank) -> {
            String value = values.get(rank);
            breakdown.add(new FunnelBreakdown(
                    value == null || value.isEmpty() ? null : value,
                    rank > FunnelAttemptRepository.MAX_VALUES,
                    steps(ofRank)));
        });
        return breakdown;
    }

    private List<FunnelStepResult> steps(List<Count> rows) {
        List<FunnelStep> defined = question.definition().steps();
        List<FunnelStepResult> steps = new ArrayList<>(defined.size());
        long start = 0;
        long before = 0;
        for (int i = 0; i < defined.size(); i++) {
            int step = i + 1;
            Count row = rows.stream()
                    .filter(count -> Objects.equals(count.step(), step))
                    .findAny()
                    .orElse(null);
            long entered = row == null ? 0 : row.visitors();
            if (i == 0) {
                start = entered;
                before = entered;
            }
            steps.add(new FunnelStepResult(
                    defined.get(i).name(),
                    entered,
                    rate(entered, start),
                    rate(entered, before),
                    rate(before - entered, before),
                    row == null ? null : row.median(),
                    row == null ? null : row.p90()));
            before = entered;
        }
        return steps;
    }

    private static double rate(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    private List<MetricSeries> series(Periods periods) {
        List<Segment> segments = new ArrayList<>();
        segments.add(segment(periods.buckets(), false));
        if (periods.comparison() != null) {
            segments.add(segment(periods.comparison(), true));
        }
        List<SeriesRow> rows = new ArrayList<>();
        for (boolean ofPrevious : new boolean[] {false, true}) {
            long entered = 0;
            long converted = 0;
            for (Count count : counts) {
                if (count.slot() != null && count.previous() == ofPrevious) {
                    rows.add(row(ENTERED, ofPrevious, count.slot(), count.visitors()));
                    rows.add(row(CONVERTED, ofPrevious, count.slot(), count.converted()));
                    entered += count.visitors();
                    converted += count.converted();
                }
            }
            rows.add(row(ENTERED, ofPrevious, null, entered));
            rows.add(row(CONVERTED, ofPrevious, null, converted));
        }
        return new SeriesAssembler(new SeriesQuery(periods, null, new Grouping(false, null), 1, asOf))
                .assemble(
                        List.of(
                                new Measure(ENTERED, null, Aggregation.SUM, segments),
                                new Measure(CONVERTED, null, Aggregation.SUM, segments)),
                        rows,
                        null)
                .series();
    }

    private static Segment segment(Buckets buckets, boolean comparison) {
        return new Segment(PlanTier.RAW, buckets.from(), buckets.to(), comparison);
    }

    private static SeriesRow row(String measure, boolean comparison, @Nullable Integer slot, long value) {
        return new SeriesRow(measure, 1, comparison, slot, null, null, null, (double) value, (int)
                Math.min(value, Integer.MAX_VALUE));
    }
}
