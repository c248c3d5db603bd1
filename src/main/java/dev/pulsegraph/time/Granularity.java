package dev.pulsegraph.time;

import static java.time.temporal.TemporalAdjusters.firstDayOfMonth;
import static java.time.temporal.TemporalAdjusters.firstDayOfYear;
import static java.time.temporal.TemporalAdjusters.previousOrSame;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import org.jspecify.annotations.Nullable;

/** How long a bucket of time lasts. */
public enum Granularity {
    TOTAL,
    HOUR,
    DAY,
    WEEK,
    MONTH,
    QUARTER,
    YEAR;

    /** Whether buckets are made of whole local days. */
    public boolean isOfDays() {
        return compareTo(DAY) >= 0;
    }

    /** Whether buckets are made of whole months. */
    boolean isOfMonths() {
        return compareTo(MONTH) >= 0;
    }

    /** Where the next bucket after an instant begins; null for TOTAL, which has but one. */
    public @Nullable Instant next(Instant at, ZoneId zone) {
        if (this == TOTAL) {
            return null;
        }
        if (this == HOUR) {
            return nextHour(at, zone);
        }
        return add(start(at.atZone(zone).toLocalDate()), 1).atStartOfDay(zone).toInstant();
    }

    /** Whether a bucket begins at an instant. */
    public boolean isStart(Instant at, ZoneId zone) {
        LocalDate day = at.atZone(zone).toLocalDate();
        return isOfDays() && start(day).atStartOfDay(zone).toInstant().equals(at);
    }

    /** The first day of the bucket a day is in. */
    private LocalDate start(LocalDate day) {
        return switch (this) {
            case TOTAL, HOUR, DAY -> day;
            case WEEK -> day.with(previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> day.with(firstDayOfMonth());
            case QUARTER -> day.with(IsoFields.DAY_OF_QUARTER, 1);
            case YEAR -> day.with(firstDayOfYear());
        };
    }

    /** The day some buckets later, of granularities of days. */
    LocalDate add(LocalDate day, long buckets) {
        return switch (this) {
            case TOTAL, HOUR, DAY -> day.plusDays(buckets);
            case WEEK -> day.plusWeeks(buckets);
            case MONTH -> day.plusMonths(buckets);
            case QUARTER -> day.plusMonths(3 * buckets);
            case YEAR -> day.plusYears(buckets);
        };
    }

    /** Clocks that change by half an hour show a full hour sooner or later than an hour after the last. */
    private static Instant nextHour(Instant at, ZoneId zone) {
        ZonedDateTime local = at.atZone(zone);
        Instant next = at.plus(ChronoUnit.HOURS.getDuration())
                .minusSeconds(local.getMinute() * 60L + local.getSecond())
                .minusNanos(local.getNano());
        var transition = zone.getRules().nextTransition(at);
        if (transition == null || transition.getInstant().isAfter(next)) {
            return next;
        }
        Instant change = transition.getInstant();
        ZonedDateTime after = change.atZone(zone);
        return after.getMinute() == 0 && after.getSecond() == 0 ? change : nextHour(change, zone);
    }
}
