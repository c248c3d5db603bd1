package dev.pulsegraph.time;

import dev.pulsegraph.problem.Problem;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/**
 * Days in a row.
 *
 * @param from the first of them
 * @param to the last of them; not before {@code from}
 */
public record DateRange(LocalDate from, LocalDate to) {
    /** Before, there was nothing to count. */
    private static final int FIRST_YEAR = 2000;

    public DateRange {
        if (from.isAfter(to)) {
            throw Problem.badInput("range", "from " + from + " must not be after to " + to + ".");
        }
    }

    /** The same, if it is of a time that there may be events of. */
    public DateRange requireFirstYear() {
        if (from.getYear() < FIRST_YEAR) {
            throw Problem.badInput("range", "from " + from + " is before the year " + FIRST_YEAR + ".");
        }
        return this;
    }

    /** How many days there are. */
    public int days() {
        return Math.toIntExact(ChronoUnit.DAYS.between(from, to) + 1);
    }

    /** As many days, just before. */
    public DateRange previous() {
        return new DateRange(from.minusDays(days()), from.minusDays(1));
    }
}
