package dev.pulsegraph.metric.oracle;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where the buckets of a time zone begin, found by walking through all of time, a quarter of an hour at a step, with an
 * eye on the local clock. A day begins when its date is seen for the first time: a clock that is put back over midnight
 * does not begin the day before once more.
 */
public final class LocalCalendar {
    private static final Instant FIRST = Instant.parse("1999-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2031-01-01T00:00:00Z");
    private static final Duration STEP = Duration.ofMinutes(15);
    private static final Map<ZoneId, LocalCalendar> KNOWN = new ConcurrentHashMap<>();

    private final ZoneId zone;
    private final TreeMap<Instant, LocalDate> days = new TreeMap<>();
    private final Map<Granularity, NavigableSet<Instant>> starts = new EnumMap<>(Granularity.class);

    private LocalCalendar(ZoneId zone) {
        this.zone = zone;
        LocalDate latest = LocalDate.ofInstant(FIRST, zone);
        for (Instant at = FIRST; at.isBefore(END); at = at.plus(STEP)) {
            LocalDate date = LocalDate.ofInstant(at, zone);
            if (date.isAfter(latest)) {
                days.put(at, date);
                latest = date;
            }
        }
        for (Granularity granularity : Granularity.values()) {
            if (granularity.ofDays()) {
                starts.put(granularity, firstDays(granularity));
            }
        }
    }

    public static LocalCalendar of(ZoneId zone) {
        return KNOWN.computeIfAbsent(zone, LocalCalendar::new);
    }

    private NavigableSet<Instant> firstDays(Granularity granularity) {
        TreeSet<Instant> firsts = new TreeSet<>();
        String before = "";
        for (Map.Entry<Instant, LocalDate> day : days.entrySet()) {
            String label = granularity.label(day.getValue());
            if (!label.equals(before)) {
                firsts.add(day.getKey());
            }
            before = label;
        }
        // What came before the walk is unknown, so its first bucket may have begun earlier.
        firsts.pollFirst();
        return firsts;
    }

    /** The beginning of the local day that holds an instant. */
    public Instant startOfDay(Instant at) {
        return Objects.requireNonNull(days.floorKey(at));
    }

    /** The beginning of the quarter of an hour that holds an instant. */
    public static Instant startOfQuarter(Instant at) {
        return floor(at, 900);
    }

    public static Instant floor(Instant at, long seconds) {
        return Instant.ofEpochSecond(Math.floorDiv(at.getEpochSecond(), seconds) * seconds);
    }

    /** The beginning of the bucket that lies so many buckets after the one that holds an instant. */
    public Instant startOf(Granularity granularity, Instant at, int later) {
        NavigableSet<Instant> starts = starts(granularity);
        Instant start = Objects.requireNonNull(starts.floor(at));
        for (int i = 0; i < later; i++) {
            start = Objects.requireNonNull(starts.higher(start));
        }
        return start;
    }

    /** Where the points of a range begin, and where the last one ends. */
    public List<Instant> edges(Granularity granularity, Instant from, Instant to) {
        List<Instant> edges = new ArrayList<>();
        edges.add(from);
        if (granularity == Granularity.HOUR) {
            for (Instant at = startOfQuarter(from).plus(STEP); at.isBefore(to); at = at.plus(STEP)) {
                ZonedDateTime local = at.atZone(zone);
                if (local.getMinute() == 0 && local.getSecond() == 0) {
                    edges.add(at);
                }
            }
        } else if (granularity != Granularity.TOTAL) {
            edges.addAll(starts(granularity).subSet(from, false, to, false));
        }
        edges.add(to);
        return edges;
    }

    /** The range moved back by its length, in whole local buckets: the fewest that lead to or before its beginning. */
    public List<Instant> periodBefore(Granularity granularity, List<Instant> edges) {
        Duration length = Duration.between(edges.getFirst(), edges.getLast());
        if (granularity == Granularity.TOTAL) {
            return edges.stream().map(edge -> edge.minus(length)).toList();
        }
        if (granularity == Granularity.HOUR) {
            long hours = -Math.floorDiv(-length.toNanos(), Duration.ofHours(1).toNanos());
            return edges.stream().map(edge -> edge.minusSeconds(3600 * hours)).toList();
        }
        LocalDateTime from = edges.getFirst().atZone(zone).toLocalDateTime();
        LocalDateTime to = edges.getLast().atZone(zone).toLocalDateTime();
        int buckets = 1;
        while (to.minus(period(granularity, buckets)).isAfter(from)) {
            buckets++;
        }
        List<Instant> moved = new ArrayList<>();
        for (Instant edge : edges) {
            ZonedDateTime local = edge.atZone(zone);
            LocalDateTime before = local.toLocalDateTime().minus(period(granularity, buckets));
            Instant at = days.containsKey(edge)
                    ? before.toLocalDate().atStartOfDay(zone).toInstant()
                    : ZonedDateTime.ofLocal(before, zone, local.getOffset()).toInstant();
            moved.add(moved.isEmpty() || at.isAfter(moved.getLast()) ? at : moved.getLast());
        }
        return moved;
    }

    private static Period period(Granularity granularity, int buckets) {
        return switch (granularity) {
            case WEEK -> Period.ofWeeks(buckets);
            case MONTH -> Period.ofMonths(buckets);
            case QUARTER -> Period.ofMonths(3 * buckets);
            case YEAR -> Period.ofYears(buckets);
            default -> Period.ofDays(buckets);
        };
    }

    /** The same local times a year before, or 52 weeks. Where clocks would let an edge fall behind the one before, it stays with it. */
    public List<Instant> yearBefore(Granularity granularity, List<Instant> edges) {
        List<Instant> moved = new ArrayList<>();
        for (Instant edge : edges) {
            Instant at = yearBefore(granularity, edge);
            moved.add(moved.isEmpty() || at.isAfter(moved.getLast()) ? at : moved.getLast());
        }
        return moved;
    }

    private Instant yearBefore(Granularity granularity, Instant edge) {
        ZonedDateTime local = edge.atZone(zone);
        if (granularity == Granularity.WEEK) {
            return ZonedDateTime.ofLocal(local.toLocalDateTime().minusDays(364), zone, local.getOffset())
                    .toInstant();
        }
        LocalDate day = local.toLocalDate();
        boolean leapDay = day.getMonthValue() == 2 && day.getDayOfMonth() == 29;
        LocalDate before = leapDay ? LocalDate.of(day.getYear() - 1, 3, 1) : day.withYear(day.getYear() - 1);
        if (leapDay || days.containsKey(edge)) {
            return before.atStartOfDay(zone).toInstant();
        }
        return ZonedDateTime.ofLocal(before.atTime(local.toLocalTime()), zone, local.getOffset())
                .toInstant();
    }

    private NavigableSet<Instant> starts(Granularity granularity) {
        return Objects.requireNonNull(starts.get(granularity));
    }
}
