package dev.pulsegraph.privacy;

import dev.pulsegraph.event.EventLimits;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.CodePoints;

/** What a caller calls a visitor: what {@code Event.visitor} shows. */
final class VisitorName {
    /** An id of a client, with what tells sessions from others. */
    private static final int MAX = EventLimits.MAX_ID + "session:".length();

    private VisitorName() {}

    static String checked(String visitor) {
        if (visitor.isEmpty() || CodePoints.length(visitor) > MAX) {
            throw Problem.badInput(
                    "visitor", "`" + Problem.shown(visitor) + "` does not have 1 to " + MAX + " characters.");
        }
        return visitor;
    }
}
