package dev.pulsegraph.metric;

import dev.pulsegraph.time.Granularity;
import dev.pulsegraph.time.TimeRange;
import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * How much a question asks for, as far as it tells before anything is read.
 *
 * @param groups a metric has at most, the others taken together for one; of platforms that nobody named, 20 are assumed
 * @param points of a series
 */
record MetricSize(int metrics, int groups, int points) {
    private static final int PLATFORMS = 20;

    /**
     * Of a question; null when there is none as large as that.
     *
     * @param platforms how many a group may be of; null where it is not split by them
     * @param entities the same of entities
     */
    static @Nullable MetricSize of(
            int metrics,
            TimeRange range,
            Granularity granularity,
            @Nullable Integer platforms,
            @Nullable Integer entities,
            @Nullable Integer topGroups) {
        long points = points(range, granularity);
        if (metrics < 1 || metrics > MetricValidation.MOST_METRICS || points > MetricValidation.MOST_POINTS) {
            return null;
        }
        int fitting = MetricValidation.MOST_NUMBERS / (metrics * (int) points);
        int most = Math.min(fitting, MetricValidation.MOST_GROUPS);
        int wanted = topGroups == null ? 1 : topGroups;
        if (wanted < 1 || wanted > most) {
            return null;
        }
        boolean isGrouped = platforms != null || entities != null;
        int groups = 1;
        if (isGrouped && topGroups != null) {
            groups = topGroups + 1;
        } else if (isGrouped) {
            long all = (long) (platforms == null ? 1 : platforms) * (entities == null ? 1 : entities);
            groups = (int) Math.max(1, Math.min(most, all));
        }
        return new MetricSize(metrics, groups, (int) points);
    }

    /** How many platforms those of a question may be. */
    static int platforms(@Nullable Collection<?> named) {
        return named == null ? PLATFORMS : named.size();
    }

    /** How many entities those of a question may be, as far as groups are told apart. */
    static int entities(@Nullable Collection<?> named) {
        return named == null ? MetricValidation.MOST_GROUPS : named.size();
    }

    int series() {
        return metrics * groups;
    }

    /** How many numbers. */
    int cells() {
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
