package dev.pulsegraph.series;

import dev.pulsegraph.time.UtcUnit;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts buckets that follow one another without a gap: samples outside of whole quarters of an hour, then quarters or hours
 * in UTC up to whole local days, then days.
 *
 * <pre>
 *   09:07   09:15       10:00                  midnight          midnight        08:00   08:05
 *     | RAW  | MINUTES_15 |        HOUR           |      DAY        |     HOUR      | RAW  |
 * </pre>
 */
final class SegmentCutter {
    private final List<Instant> edges;
    private final @Nullable ZoneId dayZone;
    private final boolean hours;
    private final boolean comparison;
    private final List<Segment> segments = new ArrayList<>();

    SegmentCutter(Tiers tiers, List<Instant> edges, boolean comparison) {
        this.edges = edges;
        this.comparison = comparison;
        List<Instant> inner = edges.subList(1, edges.size() - 1);
        ZoneId zone = tiers.dayZone();
        // Days and hours blur no edge when all edges but those of the range are theirs.
        dayZone = zone != null && inner.stream().allMatch(edge -> isMidnight(edge, zone)) ? zone : null;
        hours = tiers.hasHours() && inner.stream().allMatch(UtcUnit.HOUR::isStart);
    }

    List<Segment> cut() {
        Instant from = edges.getFirst();
        for (Instant edge : edges.subList(1, edges.size())) {
            // An edge within a quarter of an hour ends a part: rollups would blur it.
            if (!UtcUnit.QUARTER_HOUR.isStart(edge) || edge.equals(edges.getLast())) {
                addPart(from, edge);
                from = edge;
            }
        }
        return segments;
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
            segments.add(new Segment(tier, from, to, comparison));
        }
    }

    private static boolean isMidnight(Instant at, ZoneId zone) {
        return lastMidnight(at, zone).equals(at);
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
