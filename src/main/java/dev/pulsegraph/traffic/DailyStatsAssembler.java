package dev.pulsegraph.traffic;

import dev.pulsegraph.time.Buckets;
import dev.pulsegraph.time.DateRange;
import dev.pulsegraph.time.Granularity;
import dev.pulsegraph.time.TimeRange;
import dev.pulsegraph.traffic.TrafficDayRepository.Day;
import dev.pulsegraph.traffic.TrafficQuarterRepository.Quarter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Makes answers of the days that were found. */
final class DailyStatsAssembler {

    private DailyStatsAssembler() {}

    /** Every day of a range, oldest first. */
    static List<TrafficDay> days(DateRange range, List<Day> found, LocalDate today) {
        Map<LocalDate, List<Day>> byDate = new HashMap<>();
        found.forEach(day ->
                byDate.computeIfAbsent(day.date(), any -> new ArrayList<>()).add(day));
        return range.from()
                .datesUntil(range.to().plusDays(1))
                .map(date -> {
                    List<Day> rows = byDate.getOrDefault(date, List.of());
                    TrafficTotals totals = totals(rows);
                    return new TrafficDay(
                            date,
                            totals.sessions(),
                            totals.pageViews(),
                            totals.clicks(),
                            totals.visitors(),
                            date.isBefore(today));
                })
                .toList();
    }

    static Buckets hours(DateRange range, ZoneId zone) {
        var time = new TimeRange(
                range.from().atStartOfDay(zone).toInstant(),
                range.to().plusDays(1).atStartOfDay(zone).toInstant());
        return Objects.requireNonNull(Buckets.of(time, Granularity.HOUR, zone, Integer.MAX_VALUE));
    }

    /** Every hour of the clock, oldest first. */
    static List<TrafficHour> hours(Buckets hours, List<Quarter> found, Instant now) {
        NavigableMap<Instant, List<Day>> byHour = new TreeMap<>();
        hours.starts().forEach(start -> byHour.put(start, new ArrayList<>()));
        found.forEach(quarter -> Objects.requireNonNull(byHour.floorEntry(quarter.bucket()))
                .getValue()
                .add(quarter.day(hours.zone())));
        return IntStream.range(0, hours.size())
                .mapToObj(i -> {
                    Instant at = hours.start(i);
                    TrafficTotals totals = totals(byHour.getOrDefault(at, List.of()));
                    return new TrafficHour(
                            at,
                            totals.sessions(),
                            totals.pageViews(),
                            totals.clicks(),
                            totals.visitors(),
                            !hours.end(i).isAfter(now));
                })
                .toList();
    }

    static TrafficTotals totals(List<Day> days) {
        long sessions = 0;
        long pageViews = 0;
        long clicks = 0;
        long bounces = 0;
        long seconds = 0;
        for (Day day : days) {
            sessions += day.sessions();
            pageViews += day.pageViews();
            clicks += day.clicks();
            bounces += day.bounces();
            seconds += day.seconds();
        }
        return TrafficTotals.of(
                saturated(sessions),
                saturated(pageViews),
                saturated(clicks),
                visitors(days),
                seconds,
                saturated(bounces));
    }

    static int visitors(List<Day> days) {
        List<byte[]> sketches = new ArrayList<>();
        for (Day day : days) {
            if (day.visitors().length > 0) {
                sketches.add(day.visitors());
            }
        }
        return sketches.isEmpty() ? 0 : saturated(HllSketches.count(sketches));
    }

    /** Int of the contract ends where Java's does. */
    private static int saturated(long count) {
        return (int) Math.min(count, Integer.MAX_VALUE);
    }
}
