package dev.pulsegraph.series;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.time.Buckets;
import dev.pulsegraph.time.Granularity;
import dev.pulsegraph.time.TimeRange;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of an answer.
 *
 * @param comparison the buckets compared with, aligned with {@code buckets}
 */
public record Periods(Buckets buckets, @Nullable Buckets comparison) {
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

    /** Divides a range, and what it is compared with, into buckets, within the bound on the points of a series. */
    public static Periods of(TimeRange range, Granularity granularity, ZoneId zone, @Nullable Comparison compareTo) {
        Buckets buckets = buckets(range, granularity, zone);
        Buckets comparison = compareTo == null ? null : compareTo.before(buckets);
        if (comparison != null && comparison.from().isBefore(FIRST)) {
            throw Problem.badInput("compareTo", "what is compared with would begin before the year 1.");
        }
        return new Periods(buckets, comparison);
    }

    /**
     * Both periods as statements read them of JSON: {@code comparison}, {@code since} and {@code until}, and where buckets begin and
     * the last ends, as {@code edges}.
     */
    public List<Map<String, Object>> edges() {
        List<Map<String, Object>> edges = new ArrayList<>();
        edges.add(edges(false, buckets));
        if (comparison != null) {
            edges.add(edges(true, comparison));
        }
        return edges;
    }

    private static Map<String, Object> edges(boolean comparison, Buckets buckets) {
        return new HashMap<>(Map.of(
                "comparison",
                comparison,
                "since",
                buckets.from().toString(),
                "until",
                buckets.to().toString(),
                "edges",
                buckets.edges().stream().map(Instant::toString).toList()));
    }

    private static Buckets buckets(TimeRange range, Granularity granularity, ZoneId zone) {
        int max = SeriesLimits.MAX_POINTS;
        Buckets buckets = Buckets.of(range, granularity, zone, max);
        if (buckets != null) {
            return buckets;
        }
        for (Granularity coarser : Granularity.values()) {
            if (coarser.compareTo(granularity) > 0 && Buckets.of(range, coarser, zone, max) != null) {
                throw Problem.of(
                        ErrorCode.LIMIT_EXCEEDED,
                        "granularity",
                        "a series by " + granularity + " would have more than " + max + " points in this range; "
                                + coarser + " fits, or a shorter range.");
            }
        }
        throw Problem.of(
                ErrorCode.LIMIT_EXCEEDED, "range", "a series would have more than " + max + " points; TOTAL fits.");
    }
}
