package dev.pulsegraph.series;

import dev.pulsegraph.time.Granularity;
import dev.pulsegraph.time.TimeRange;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much a question asks for, as far as it tells before anything is read.
 *
 * @param groups a measure has at most, the others taken together for one
 * @param points of a series
 */
public record SeriesSize(int measures, int groups, int points) {

    /**
     * Of a question; null when there is none as large as that.
     *
     * @param groups how many groups there may be of a measure; null where it is not split
     */
    public static @Nullable SeriesSize of(
            int measures,
            TimeRange range,
            Granularity granularity,
            @Nullable Long groups,
            @Nullable Integer topGroups) {
        long points = points(range, granularity);
        if (measures < 1 || (long) measures * points > SeriesLimits.MAX_NUMBERS || points > SeriesLimits.MAX_POINTS) {
            return null;
        }
        int fitting = SeriesLimits.MAX_NUMBERS / (measures * (int) points);
        int max = Math.min(fitting, SeriesLimits.MAX_GROUPS);
        int wanted = topGroups == null ? 1 : topGroups;
        if (wanted < 1 || wanted > max) {
            return null;
        }
        if (groups == null) {
            return new SeriesSize(measures, 1, (int) points);
        }
        int answered = topGroups != null ? topGroups + 1 : (int) Math.max(1, Math.min(max, groups));
        return new SeriesSize(measures, answered, (int) points);
    }

    public int series() {
        return measures * groups;
    }

    /** How many numbers. */
    public int cells() {
        return series() * points;
    }

    /** One more or less, where a range does not begin with a bucket, or clocks change. */
    private static long points(TimeRange range, Granularity granularity) {
        Duration length = switch (granularity) {
            case TOTAL -> null;
            case HOUR -> Duration.ofHours(1);
            case DAY -> Duration.ofDays(1);
            case WEEK -> Duration.ofDays(7);
            case MONTH -> Duration.ofDays(30);
            case QUARTER -> Duration.ofDays(91);
            case YEAR -> Duration.ofDays(365);
        };
        if (length == null) {
            return 1;
        }
        Duration all = Duration.between(range.from(), range.to());
        return Math.max(1, Math.ceilDiv(all.toSeconds(), length.toSeconds()));
    }
}
