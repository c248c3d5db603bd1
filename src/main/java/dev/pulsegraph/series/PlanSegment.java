package dev.pulsegraph.series;

import java.time.Instant;

/** A piece of time that one metric is read from one tier. */
public record PlanSegment(String metric, PlanScope scope, PlanTier tier, Instant from, Instant to, boolean comparison) {

    public static PlanSegment of(String metric, PlanScope scope, Segment segment) {
        return new PlanSegment(metric, scope, segment.tier(), segment.from(), segment.to(), segment.comparison());
    }
}
