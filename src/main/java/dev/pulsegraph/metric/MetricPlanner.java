package dev.pulsegraph.metric;

import dev.pulsegraph.time.UtcUnit;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The third step: from which tiers a question is answered. Each metric and period is cut into segments, every one read
 * from the coarsest tier that cannot blur an edge of a bucket: samples outside of whole quarters of an hour, then quarters
 * or hours in UTC up to whole local days, then days.
 */
final class MetricPlanner {
    private MetricPlanner() {}

    static MetricPlan plan(ValidMetricQuery valid) {
        Map<PlanScope, List<Piece>> cuts = new EnumMap<>(PlanScope.class);
        List<PlanSegment> segments = new ArrayList<>();
        valid.aggregations().forEach((metric, aggregation) -> {
            PlanScope scope = scope(valid.query(), aggregation);
            cuts.computeIfAbsent(scope, any -> cut(valid, scope))
                    .forEach(piece -> segments.add(piece.of(metric, scope)));
        });
        int groups = valid.query().isGrouped() ? valid.groups() : 1;
        return new MetricPlan(
                "MetricPointRepository.listPoints",
                segments,
                valid.aggregations().size() * valid.buckets().size() * groups);
    }

    private static List<Piece> cut(ValidMetricQuery valid, PlanScope scope) {
        List<Piece> pieces = new ArrayList<>();
        for (List<Instant> edges : valid.buckets().runs()) {
            pieces.addAll(new Cut(scope, edges, valid.dayZone(), false).pieces());
        }
        if (valid.comparison() != null) {
            for (List<Instant> edges : valid.comparison().runs()) {
                pieces.addAll(new Cut(scope, edges, valid.dayZone(), true).pieces());
            }
        }
        return pieces;
    }

    private static PlanScope scope(MetricQuery query, Aggregation aggregation) {
        return query.entityIds() == null
                        && !query.groupBy().contains(MetricDimension.ENTITY)
                        && aggregation.isOfTotals()
                ? PlanScope.TOTALS
                : PlanScope.SERIES;
    }

    /** A segment before it is said of which metric. */
    private record Piece(PlanTier tier, Instant from, Instant to, boolean comparison) {
        PlanSegment of(String metric, PlanScope scope) {
            return new PlanSegment(metric, scope, tier, from, to, comparison);
        }
    }

    /** How buckets that follow one another without a gap are cut. */
    private static final class Cut {
        private final List<Instant> edges;
        private final @Nullable ZoneId dayZone;
        private final boolean hours;
        private final boolean comparison;
        private final List<Piece> pieces = new ArrayList<>();

        Cut(PlanScope scope, List<Instant> edges, @Nullable ZoneId dayZone, boolean comparison) {
            this.comparison = comparison;
            this.edges = edges;
            List<Instant> inner = edges.subList(1, edges.size() - 1);
            // Days and hours blur no edge when all edges but those of the range are theirs.
            this.dayZone =
                    dayZone != null && inner.stream().allMatch(edge -> isMidnight(edge, dayZone)) ? dayZone : null;
            hours = scope == PlanScope.TOTALS && inner.stream().allMatch(UtcUnit.HOUR::isStart);
        }

        List<Piece> pieces() {
            Instant from = edges.getFirst();
            for (Instant edge : edges.subList(1, edges.size())) {
                // An edge within a quarter of an hour ends a part: rollups would blur it.
                if (!UtcUnit.QUARTER_HOUR.isStart(edge) || edge.equals(edges.getLast())) {
                    addPart(from, edge);
                    from = edge;
                }
            }
            return pieces;
        }

        private void addPart(Instant from, Instant to) {
            Instant first = UtcUnit.QUARTER_HOUR.ceiling(from);
            Instant last = UtcUnit.QUARTER_HOUR.floor(to);
            if (!first.isBefore(last)) {
                add(PlanTier.RAW, from, to);
                return;
            }
            add(PlanTier.RAW, from, first);
            addRollups(first, last);
            add(PlanTier.RAW, last, to);
        }

        private void addRollups(Instant from, Instant to) {
            ZoneId zone = dayZone;
            if (zone != null) {
                Instant firstDay = firstMidnight(from, zone);
                Instant lastDay = lastMidnight(to, zone);
                if (firstDay.isBefore(lastDay)) {
                    addMinutes(from, firstDay);
                    add(PlanTier.DAY, firstDay, lastDay);
                    addMinutes(lastDay, to);
                    return;
                }
            }
            addMinutes(from, to);
        }

        private void addMinutes(Instant from, Instant to) {
            Instant first = UtcUnit.HOUR.ceiling(from);
            Instant last = UtcUnit.HOUR.floor(to);
            if (hours && first.isBefore(last)) {
                add(PlanTier.MINUTES_15, from, first);
                add(PlanTier.HOUR, first, last);
                add(PlanTier.MINUTES_15, last, to);
            } else {
                add(PlanTier.MINUTES_15, from, to);
            }
        }

        private void add(PlanTier tier, Instant from, Instant to) {
            if (from.isBefore(to)) {
                pieces.add(new Piece(tier, from, to, comparison));
            }
        }
    }

    private static boolean isMidnight(Instant at, ZoneId zone) {
        return at.atZone(zone).toLocalDate().atStartOfDay(zone).toInstant().equals(at);
    }

    /** The first midnight not before an instant; a clock put back over midnight shows the day before once more. */
    private static Instant firstMidnight(Instant at, ZoneId zone) {
        LocalDate day = at.atZone(zone).toLocalDate();
        Instant midnight = day.atStartOfDay(zone).toInstant();
        while (midnight.isBefore(at)) {
            day = day.plusDays(1);
            midnight = day.atStartOfDay(zone).toInstant();
        }
        return midnight;
    }

    private static Instant lastMidnight(Instant at, ZoneId zone) {
        return at.atZone(zone).toLocalDate().atStartOfDay(zone).toInstant();
    }
}
