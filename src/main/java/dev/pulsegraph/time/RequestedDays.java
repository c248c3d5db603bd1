package dev.pulsegraph.time;

import dev.pulsegraph.problem.Problem;
import java.time.LocalDate;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Days in a row as a caller says them: by the first and the last, or as the last few up to a day. Which day is today depends
 * on a zone and a clock, and is told by whoever knows them.
 *
 * @param last how many units; null when the first day is said
 * @param unit of {@code last}; days when it is not said
 */
public record RequestedDays(
        @Nullable LocalDate from,
        @Nullable LocalDate to,
        @Nullable Integer last,
        @Nullable DateUnit unit) {
    private static final int MAX = 3_660;

    public RequestedDays {
        if (last == null && (from == null || to == null)) {
            throw Problem.badInput("range", "either from and to are needed, or last, such as {last: 7, unit: DAY}.");
        }
        if (last == null && unit != null) {
            throw Problem.badInput("range", "unit requires last.");
        }
        if (last != null && from != null) {
            throw Problem.badInput("range", "from and last cannot be combined; omit one.");
        }
        if (last != null && (last < 1 || last > MAX)) {
            throw Problem.badInput("range", "last " + last + " is not between 1 and " + MAX + ".");
        }
    }

    /** The days, when today is the given one. A month up to the end of a month is that month. */
    public DateRange resolve(LocalDate today) {
        LocalDate end = Objects.requireNonNullElse(to, today);
        LocalDate begin = last == null
                ? Objects.requireNonNull(from)
                : Objects.requireNonNullElse(unit, DateUnit.DAY).back(end.plusDays(1), last);
        return new DateRange(begin, end);
    }
}
