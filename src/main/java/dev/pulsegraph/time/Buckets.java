package dev.pulsegraph.time;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of a range, in order. Those of a range follow one another without a gap; what they are compared with may
 * have gaps and empty buckets, where the calendars of the two periods differ.
 *
 * @param starts where each begins
 * @param ends where each ends; where it begins when it is empty
 */
public record Buckets(List<Instant> starts, List<Instant> ends, Granularity granularity, ZoneId zone) {

    public Buckets {
        starts = List.copyOf(starts);
        ends = List.copyOf(ends);
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
        int last = edges.size() - 1;
        return new Buckets(edges.subList(0, last), edges.subList(1, last + 1), granularity, zone);
    }

    public int size() {
        return starts.size();
    }

    public Instant from() {
        return starts.getFirst();
    }

    public Instant to() {
        return ends.getLast();
    }

    public Instant start(int bucket) {
        return starts.get(bucket);
    }

    public Instant end(int bucket) {
        return ends.get(bucket);
    }

    /** The edges of buckets that follow one another without a gap, for each run of such; those of a range are one run. */
    public List<List<Instant>> runs() {
        List<List<Instant>> runs = new ArrayList<>();
        List<Instant> run = new ArrayList<>();
        for (int i = 0; i < size(); i++) {
            if (run.isEmpty()) {
                run.add(start(i));
            } else if (!run.getLast().equals(start(i))) {
                runs.add(List.copyOf(run));
                run.clear();
                run.add(start(i));
            }
            run.add(end(i));
        }
        runs.add(List.copyOf(run));
        return runs;
    }

    /** The edges of all runs, in order. */
    public List<Instant> edges() {
        return runs().stream().flatMap(List::stream).toList();
    }

    /** Where a bucket lies among the edges of all runs, counted from 1, as {@code width_bucket} does. */
    public List<Integer> slots() {
        List<Integer> slots = new ArrayList<>(size());
        int edges = 1;
        for (int i = 0; i < size(); i++) {
            if (i > 0 && !end(i - 1).equals(start(i))) {
                edges++;
            }
            slots.add(edges++);
        }
        return slots;
    }

    /**
     * These buckets moved back by their length, rounded up to whole buckets of the calendar, so that months are compared
     * with months. TOTAL and HOUR are moved by their exact length.
     */
    public Buckets previousPeriod() {
        Duration length = Duration.between(from(), to());
        return switch (granularity) {
            case TOTAL -> moved(length);
            case HOUR ->
                moved(Duration.ofHours(length.plusHours(1).minusNanos(1).toHours()));
            case DAY, WEEK, MONTH, QUARTER, YEAR -> {
                long buckets = wholeBuckets();
                yield movedByDays(day -> granularity.add(day, -buckets));
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

    /**
     * The same local days and times a year before, of weeks 52 weeks before. February 29 has nothing to be compared with, and
     * is nothing that another day is compared with.
     */
    public Buckets previousYear() {
        return granularity == Granularity.WEEK
                ? movedByDays(day -> day.minusWeeks(52))
                : movedByDays(day -> isLeapDay(day) ? null : day.minusYears(1));
    }

    private static boolean isLeapDay(LocalDate day) {
        return day.getMonthValue() == 2 && day.getDayOfMonth() == 29;
    }

    private Buckets moved(Duration back) {
        return new Buckets(
                starts.stream().map(at -> at.minus(back)).toList(),
                ends.stream().map(at -> at.minus(back)).toList(),
                granularity,
                zone);
    }

    /**
     * Moves buckets, each by itself. They stay in order and share no instant, whatever clocks and leap years do: an hour
     * that a clock shows twice is counted once, and a day that only the other year has belongs to no bucket.
     */
    private Buckets movedByDays(DayMove move) {
        List<Instant> movedStarts = new ArrayList<>(size());
        List<Instant> movedEnds = new ArrayList<>(size());
        for (int i = 0; i < size(); i++) {
            Instant start = movedStart(start(i), move);
            Instant end = movedEnd(end(i), move);
            if (granularity == Granularity.HOUR) {
                end = earlier(end, start.plus(Duration.between(start(i), end(i))));
            }
            if (i > 0) {
                start = later(start, movedEnds.getLast());
            }
            movedStarts.add(start);
            movedEnds.add(later(start, end));
        }
        return new Buckets(movedStarts, movedEnds, granularity, zone);
    }

    private Instant movedStart(Instant start, DayMove move) {
        LocalDate day = start.atZone(zone).toLocalDate();
        LocalDate other = move.of(day);
        if (other == null) {
            return midnight(requireNonNull(move.of(day.plusDays(1))));
        }
        return start.equals(midnight(day)) ? midnight(other) : sameTime(start, other);
    }

    /** A bucket ends with its last day, but whole months and what is made of them end with their last month. */
    private Instant movedEnd(Instant end, DayMove move) {
        LocalDate day = end.atZone(zone).toLocalDate();
        boolean isMidnight = end.equals(midnight(day));
        if (!isMidnight || (granularity.isOfMonths() && granularity.isStart(end, zone))) {
            return movedStart(end, move);
        }
        // A zone may have left out the day before.
        LocalDate last = move.of(end.minusNanos(1).atZone(zone).toLocalDate());
        return midnight(last == null ? requireNonNull(move.of(day)) : last.plusDays(1));
    }

    private Instant midnight(LocalDate day) {
        return day.atStartOfDay(zone).toInstant();
    }

    /** The same local time of another day; where clocks leave it out, when they do. */
    private Instant sameTime(Instant at, LocalDate other) {
        ZonedDateTime local = at.atZone(zone);
        LocalDateTime moved = local.toLocalDateTime().with(other);
        ZoneOffsetTransition change = zone.getRules().getTransition(moved);
        return change != null && change.isGap()
                ? change.getInstant()
                : ZonedDateTime.ofLocal(moved, zone, local.getOffset()).toInstant();
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /** Which day another one is compared with; none when there is no such day. */
    private interface DayMove {
        @Nullable
        LocalDate of(LocalDate day);
    }
}
