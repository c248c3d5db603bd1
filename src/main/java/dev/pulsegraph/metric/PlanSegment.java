package dev.pulsegraph.metric;

import java.time.Instant;

/** A piece of time that one metric is read from one tier. */
record PlanSegment(String metric, PlanScope scope, PlanTier tier, Instant from, Instant to, boolean comparison) {}
