package dev.pulsegraph.time;

import dev.pulsegraph.problem.Problem;
import java.time.Instant;

/**
 * A half-open range of time.
 *
 * @param from the first instant of it
 * @param to the first instant after it; later than {@code from}
 */
public record TimeRange(Instant from, Instant to) {

    public TimeRange {
        if (!from.isBefore(to)) {
            throw Problem.badInput("range", "from " + from + " must be before to " + to + ".");
        }
    }
}
