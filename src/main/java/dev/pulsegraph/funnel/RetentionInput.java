package dev.pulsegraph.funnel;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Limit;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.time.DateRange;
import dev.pulsegraph.time.Granularity;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is asked about those who come back. Equal for equal questions.
 *
 * @param start what makes a cohort
 * @param comeback what counts as coming back
 * @param periods how many periods after that of a cohort
 */
record RetentionInput(
        FunnelStep start, FunnelStep comeback, DateRange range, Granularity granularity, int periods, ZoneId zone) {
    @Limit("cohorts of a retention query")
    static final int MAX_COHORTS = 400;

    @Limit("periods of a retention query")
    static final int MAX_PERIODS = 100;

    RetentionInput {
        if (granularity != Granularity.DAY && granularity != Granularity.WEEK && granularity != Granularity.MONTH) {
            throw Problem.badInput("granularity", granularity + " is not DAY, WEEK or MONTH.");
        }
        if (periods < 1 || periods > MAX_PERIODS) {
            throw Problem.badInput("periods", periods + " is not between 1 and " + MAX_PERIODS + ".");
        }
        if (cohorts(range, granularity).size() > MAX_COHORTS) {
            throw Problem.of(
                    ErrorCode.LIMIT_EXCEEDED,
                    "range",
                    "more than " + MAX_COHORTS + " cohorts; ask for fewer days, or for longer periods.");
        }
    }

    /** The first days of the periods that the range touches. */
    List<LocalDate> cohorts() {
        return cohorts(range, granularity);
    }

    /** Where the periods begin that are looked at, and the last of them ends. */
    List<Instant> edges() {
        List<LocalDate> cohorts = cohorts();
        List<Instant> edges = new ArrayList<>();
        for (int i = 0; i <= cohorts.size() + periods; i++) {
            edges.add(day(cohorts.getFirst(), granularity, i).atStartOfDay(zone).toInstant());
        }
        return edges;
    }

    /** As {@code app.count_retention} reads it. */
    Map<String, @Nullable Object> scan() {
        Map<String, @Nullable Object> scan = FunnelStep.scan(List.of(start, comeback));
        scan.put("edges", edges().stream().map(Instant::toString).toList());
        scan.put("cohorts", cohorts().size());
        scan.put("periods", periods);
        return scan;
    }

    private static List<LocalDate> cohorts(DateRange range, Granularity granularity) {
        LocalDate first = switch (granularity) {
            case WEEK -> range.from().with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> range.from().withDayOfMonth(1);
            default -> range.from();
        };
        List<LocalDate> cohorts = new ArrayList<>();
        for (LocalDate day = first;
                !day.isAfter(range.to()) && cohorts.size() <= MAX_COHORTS;
                day = day(first, granularity, cohorts.size())) {
            cohorts.add(day);
        }
        return cohorts;
    }

    private static LocalDate day(LocalDate first, Granularity granularity, int periods) {
        return switch (granularity) {
            case WEEK -> first.plusWeeks(periods);
            case MONTH -> first.plusMonths(periods);
            default -> first.plusDays(periods);
        };
    }
}
