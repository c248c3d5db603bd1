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

    public DateRange {
        if (from.isAfter(to)) {
            throw Problem.badInput("range", "from " + from + " must not be after to " + to + ".");
        }
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
