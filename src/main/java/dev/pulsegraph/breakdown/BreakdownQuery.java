package dev.pulsegraph.breakdown;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Limit;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.time.DateRange;
import dev.pulsegraph.traffic.TrafficDimension;
import dev.pulsegraph.traffic.TrafficFilter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * A question about the values of a dimension. Equal for equal questions.
 *
 * @param range local days
 * @param first how many values are answered apart
 */
record BreakdownQuery(TrafficDimension by, DateRange range, ZoneId zone, TrafficFilter filter, int first) {
    @Limit("values of a breakdown of traffic")
    static final int MAX_VALUES = 1000;

    @Limit("days of a breakdown of traffic")
    static final int MAX_DAYS = 400;

    BreakdownQuery {
        range.requireFirstYear();
        if (range.days() > MAX_DAYS) {
            throw Problem.of(
                    ErrorCode.LIMIT_EXCEEDED, "range", range.days() + " days exceed the limit of " + MAX_DAYS + ".");
        }
    }

    /** When the period before begins. */
    Instant previous() {
        return midnight(range.previous().from());
    }

    Instant from() {
        return midnight(range.from());
    }

    Instant to() {
        return midnight(range.to().plusDays(1));
    }

    private Instant midnight(LocalDate day) {
        return day.atStartOfDay(zone).toInstant();
    }
}
