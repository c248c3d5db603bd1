package dev.pulsegraph.metric.oracle;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** All samples of an organization. The last one written for a series and a time is the one that counts. */
public final class Ledger {
    private final Map<SeriesKey, SortedMap<Instant, BigDecimal>> samples =
            new TreeMap<>(Comparator.comparing(SeriesKey::toString));

    /** Whether that changed anything. */
    public boolean record(SeriesKey series, Instant at, BigDecimal value) {
        BigDecimal before = of(series).put(at, value);
        return before == null || before.compareTo(value) != 0;
    }

    /** Answers how many that were. */
    public int delete(BiPredicate<SeriesKey, Instant> which) {
        int[] deleted = {0};
        samples.forEach((series, times) -> {
            int before = times.size();
            times.keySet().removeIf(at -> which.test(series, at));
            deleted[0] += before - times.size();
        });
        return deleted[0];
    }

    public @Nullable BigDecimal valueOf(SeriesKey series, Instant at) {
        return of(series).get(at);
    }

    private SortedMap<Instant, BigDecimal> of(SeriesKey series) {
        return samples.computeIfAbsent(series, absent -> new TreeMap<>());
    }

    /** All samples in the order of time, series by series, each with its growth. */
    public List<Reading> readings() {
        List<Reading> readings = new ArrayList<>();
        samples.forEach((series, times) -> {
            BigDecimal before = null;
            for (Map.Entry<Instant, BigDecimal> sample : times.entrySet()) {
                BigDecimal value = sample.getValue();
                BigDecimal growth = before != null && value.compareTo(before) >= 0 ? value.subtract(before) : value;
                readings.add(new Reading(series, sample.getKey(), value, growth));
                before = value;
            }
        });
        return readings;
    }

    /** The newest sample of each series that has any. */
    public Map<SeriesKey, Reading> newest() {
        Map<SeriesKey, Reading> newest = new HashMap<>();
        readings().forEach(reading -> newest.put(reading.series(), reading));
        return newest;
    }
}
