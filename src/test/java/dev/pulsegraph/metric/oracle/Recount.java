package dev.pulsegraph.metric.oracle;

import dev.pulsegraph.support.oracle.Line;
import dev.pulsegraph.support.oracle.LocalCalendar;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Every row that every tier has to hold, counted again from all samples. */
public final class Recount {
    private static final List<String> INSIGHTS = List.of("impressions", "reach", "likes", "comments", "shares");

    private final List<Reading> readings;
    private final Map<SeriesKey, Reading> newest;
    private final LocalCalendar calendar;

    private Recount(Ledger ledger, ZoneId zone) {
        this.readings = ledger.readings();
        this.newest = ledger.newest();
        this.calendar = LocalCalendar.of(zone);
    }

    public static SortedSet<String> of(Ledger ledger, ZoneId zone) {
        var recount = new Recount(ledger, zone);
        SortedSet<String> lines = new TreeSet<>();
        recount.readings.forEach(
                reading -> lines.add(Line.of("sample", reading.series(), reading.at(), reading.value())));
        recount.newest
                .values()
                .forEach(reading -> lines.add(Line.of("newest", reading.series(), reading.at(), reading.value())));
        recount.addRollups(lines, 15, LocalCalendar::startOfQuarter);
        recount.addRollups(lines, 1440, recount.calendar::startOfDay);
        recount.addTotals(lines, 15, LocalCalendar::startOfQuarter);
        recount.addTotals(lines, 60, at -> LocalCalendar.floor(at, 3600));
        recount.addTotals(lines, 1440, recount.calendar::startOfDay);
        recount.addInsights(lines);
        return lines;
    }

    private void addRollups(SortedSet<String> lines, int tier, Function<Instant, Instant> bucketOf) {
        grouped(reading -> Line.of(reading.series(), bucketOf.apply(reading.at())))
                .forEach((key, bucket) -> lines.add(Line.of(
                        "rollup",
                        tier,
                        key,
                        bucket.size(),
                        sum(bucket, Reading::value),
                        bucket.stream()
                                .map(Reading::value)
                                .min(Comparator.naturalOrder())
                                .orElseThrow(),
                        bucket.stream()
                                .map(Reading::value)
                                .max(Comparator.naturalOrder())
                                .orElseThrow(),
                        bucket.getFirst().value(),
                        bucket.getLast().value(),
                        sum(bucket, Reading::growth))));
    }

    private void addTotals(SortedSet<String> lines, int tier, Function<Instant, Instant> bucketOf) {
        grouped(reading -> Line.of(
                        reading.series().metric(),
                        bucketOf.apply(reading.at()),
                        reading.series().entityType(),
                        reading.series().platform()))
                .forEach((key, bucket) -> lines.add(Line.of(
                        "total", tier, key, bucket.size(), sum(bucket, Reading::value), sum(bucket, Reading::growth))));
    }

    private void addInsights(SortedSet<String> lines) {
        Map<String, Map<String, Reading>> newestByPost = new TreeMap<>();
        newest.forEach((series, reading) -> {
            boolean shown =
                    INSIGHTS.contains(series.metric()) || series.metric().equals("engagement_rate");
            if (shown && series.entityType().equals("POST")) {
                newestByPost
                        .computeIfAbsent(series.entity() + "|" + series.platform(), absent -> new TreeMap<>())
                        .put(series.metric(), reading);
            }
        });
        newestByPost.forEach((key, of) -> {
            List<Object> fields = new ArrayList<>(List.of("insights", key));
            INSIGHTS.forEach(name -> {
                Reading reading = of.get(name);
                BigDecimal value = reading == null ? BigDecimal.ZERO : reading.value();
                fields.add(value.max(BigDecimal.ZERO).setScale(0, RoundingMode.HALF_UP));
            });
            Reading rate = of.get("engagement_rate");
            fields.add(rate == null ? "-" : rate.value());
            fields.add(of.values().stream()
                    .map(Reading::at)
                    .max(Comparator.naturalOrder())
                    .orElseThrow());
            lines.add(Line.of(fields.toArray()));
        });
    }

    private Map<String, List<Reading>> grouped(Function<Reading, String> key) {
        Map<String, List<Reading>> groups = new LinkedHashMap<>();
        readings.forEach(reading -> groups.computeIfAbsent(key.apply(reading), absent -> new ArrayList<>())
                .add(reading));
        return groups;
    }

    private static BigDecimal sum(List<Reading> readings, Function<Reading, BigDecimal> of) {
        return readings.stream().map(of).reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
