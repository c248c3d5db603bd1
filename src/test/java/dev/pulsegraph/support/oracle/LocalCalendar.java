package dev.pulsegraph.support.oracle;

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

    /** The spans moved back by their length, in whole local buckets: the fewest that lead to or before their beginning. */
    public List<Span> periodBefore(Granularity granularity, List<Span> spans) {
        Instant first = spans.getFirst().from();
        Instant end = spans.getLast().to();
        Duration length = Duration.between(first, end);
        if (granularity == Granularity.TOTAL) {
            return earlier(spans, length);
        }
        if (granularity == Granularity.HOUR) {
            return earlier(
                    spans,
                    Duration.ofHours(-Math.floorDiv(
                            -length.toNanos(), Duration.ofHours(1).toNanos())));
        }
        LocalDateTime from = first.atZone(zone).toLocalDateTime();
        LocalDateTime to = end.atZone(zone).toLocalDateTime();
        int buckets = 1;
        while (to.minus(period(granularity, buckets)).isAfter(from)) {
            buckets++;
        }
        List<Span> moved = new ArrayList<>();
        for (Span span : spans) {
            Instant start = before(span.from(), period(granularity, buckets));
            boolean isWhole = ofMonths(granularity) && starts(granularity).contains(span.to());
            Instant stop = isWhole || !days.containsKey(span.to())
                    ? before(span.to(), period(granularity, buckets))
                    : days.lowerEntry(span.to())
                            .getValue()
                            .minus(period(granularity, buckets))
                            .plusDays(1)
                            .atStartOfDay(zone)
                            .toInstant();
            if (!moved.isEmpty() && start.isBefore(moved.getLast().to())) {
                start = moved.getLast().to();
            }
            moved.add(new Span(start, stop.isBefore(start) ? start : stop));
        }
        return moved;
    }

    private static List<Span> earlier(List<Span> spans, Duration by) {
        return spans.stream()
                .map(span -> new Span(span.from().minus(by), span.to().minus(by)))
                .toList();
    }

    private Instant before(Instant edge, Period period) {
        ZonedDateTime local = edge.atZone(zone);
        LocalDate earlier = local.toLocalDate().minus(period);
        return days.containsKey(edge) ? earlier.atStartOfDay(zone).toInstant() : sameTime(local, earlier);
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

    /**
     * The same pieces of the local calendar a year before, or 52 weeks: each by itself, so that a day or an hour that only
     * the other year has is in none, and one that it has not is empty.
     */
    public List<Span> yearBefore(Granularity granularity, List<Span> spans) {
        List<Span> moved = new ArrayList<>();
        for (Span span : spans) {
            Instant from = yearBefore(granularity, span.from());
            Instant to = endYearBefore(granularity, span.to());
            if (granularity == Granularity.HOUR) {
                Instant longest = from.plus(Duration.between(span.from(), span.to()));
                to = to.isBefore(longest) ? to : longest;
            }
            if (!moved.isEmpty() && from.isBefore(moved.getLast().to())) {
                from = moved.getLast().to();
            }
            moved.add(new Span(from, to.isBefore(from) ? from : to));
        }
        return moved;
    }

    /** Months end with months, everything else that ends at midnight with the day before it. */
    private Instant endYearBefore(Granularity granularity, Instant end) {
        LocalDate day = days.get(end);
        if (day == null || (ofMonths(granularity) && starts(granularity).contains(end))) {
            return yearBefore(granularity, end);
        }
        LocalDate last = days.lowerEntry(end).getValue();
        if (granularity == Granularity.WEEK) {
            return last.minusDays(363).atStartOfDay(zone).toInstant();
        }
        LocalDate after = isLeapDay(last)
                ? last.plusDays(1).minusYears(1)
                : last.minusYears(1).plusDays(1);
        return after.atStartOfDay(zone).toInstant();
    }

    private static boolean ofMonths(Granularity granularity) {
        return granularity == Granularity.MONTH
                || granularity == Granularity.QUARTER
                || granularity == Granularity.YEAR;
    }

    private Instant yearBefore(Granularity granularity, Instant edge) {
        ZonedDateTime local = edge.atZone(zone);
        LocalDate day = local.toLocalDate();
        LocalDate before;
        if (granularity == Granularity.WEEK) {
            before = day.minusDays(364);
        } else {
            before = isLeapDay(day) ? LocalDate.of(day.getYear() - 1, 3, 1) : day.withYear(day.getYear() - 1);
        }
        if (days.containsKey(edge) || (granularity != Granularity.WEEK && isLeapDay(day))) {
            return before.atStartOfDay(zone).toInstant();
        }
        return sameTime(local, before);
    }

    /** Where clocks leave the time out, the moment when they do. */
    private Instant sameTime(ZonedDateTime local, LocalDate other) {
        LocalDateTime wanted = other.atTime(local.toLocalTime());
        ZonedDateTime found = ZonedDateTime.ofLocal(wanted, zone, local.getOffset());
        return found.toLocalDateTime().equals(wanted)
                ? found.toInstant()
                : Objects.requireNonNull(zone.getRules()
                                .previousTransition(found.toInstant().plusSeconds(1)))
                        .getInstant();
    }

    private static boolean isLeapDay(LocalDate day) {
        return day.getMonthValue() == 2 && day.getDayOfMonth() == 29;
    }

    private NavigableSet<Instant> starts(Granularity granularity) {
        return Objects.requireNonNull(starts.get(granularity));
    }
}
