package dev.pulsegraph.series;

import java.time.Instant;

/**
 * A piece of time that is read from one tier.
 *
 * @param comparison whether it is of the period compared with
 */
public record Segment(PlanTier tier, Instant from, Instant to, boolean comparison) {}
