package dev.pulsegraph.time;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of a range: bucket i lies between edge i and edge i + 1.
 *
 * @param edges one more than buckets; the first and the last are those of the range
 */
public record Buckets(List<Instant> edges, Granularity granularity, ZoneId zone) {

    public Buckets {
        edges = List.copyOf(edges);
    }

    /** The buckets of a range; null when there would be more than {@code most}. */
    public static @Nullable Buckets of(TimeRange range, Granularity granularity, ZoneId zone, int most) {
        List<Instant> edges = new ArrayList<>();
        Instant edge = range.from();
        while (edge != null && edge.isBefore(range.to())) {
            if (edges.size() == most) {
                return null;
            }
            edges.add(edge);
            edge = granularity.next(edge, zone);
        }
        edges.add(range.to());
        return new Buckets(edges, granularity, zone);
    }

    public int size() {
        return edges.size() - 1;
    }

    public Instant from() {
        return edges.getFirst();
    }

    public Instant to() {
        return edges.getLast();
    }

    /**
     * These buckets moved back by their length, rounded up to whole buckets of the calendar, so that months are compared
     * with months and an edge at midnight stays one. TOTAL is moved by its exact length.
     */
    public Buckets previousPeriod() {
        Duration length = Duration.between(from(), to());
        return switch (granularity) {
            case TOTAL -> moved(edge -> edge.minus(length));
            case HOUR -> {
                Duration hours =
                        Duration.ofHours(length.plusHours(1).minusNanos(1).toHours());
                yield moved(edge -> edge.minus(hours));
            }
            case DAY, WEEK, MONTH, QUARTER, YEAR -> {
                long buckets = wholeBuckets();
                yield moved(edge -> before(edge, day -> granularity.add(day, -buckets)));
            }
        };
    }

    /** How many whole buckets it takes to move the end to or before the beginning. */
    private long wholeBuckets() {
        LocalDateTime from = LocalDateTime.ofInstant(from(), zone);
        LocalDateTime to = LocalDateTime.ofInstant(to(), zone);
        long buckets = 1;
        while (to.with(granularity.add(to.toLocalDate(), -buckets)).isAfter(from)) {
            buckets++;
        }
        return buckets;
    }

    /** The same local time of an earlier day; the beginning of a day becomes that of the other. */
    private Instant before(Instant edge, UnaryOperator<LocalDate> move) {
        ZonedDateTime local = edge.atZone(zone);
        LocalDate day = local.toLocalDate();
        LocalDate earlier = move.apply(day);
        return edge.equals(day.atStartOfDay(zone).toInstant())
                ? earlier.atStartOfDay(zone).toInstant()
                : local.with(earlier).toInstant();
    }

    /** The same local times a year before, of weeks 52 weeks before. February 29 has nothing to be compared with. */
    public Buckets previousYear() {
        return moved(edge -> {
            LocalDate day = edge.atZone(zone).toLocalDate();
            LocalDate yearBefore = day.minusYears(1);
            if (granularity == Granularity.WEEK) {
                return before(edge, any -> day.minusWeeks(52));
            }
            return yearBefore.getDayOfMonth() == day.getDayOfMonth()
                    ? before(edge, any -> yearBefore)
                    : yearBefore.plusDays(1).atStartOfDay(zone).toInstant();
        });
    }

    /** Edges never go back, whatever clocks do. */
    private Buckets moved(UnaryOperator<Instant> move) {
        List<Instant> moved = new ArrayList<>();
        for (Instant edge : edges) {
            Instant at = move.apply(edge);
            moved.add(!moved.isEmpty() && at.isBefore(moved.getLast()) ? moved.getLast() : at);
        }
        return new Buckets(moved, granularity, zone);
    }
}
