package dev.pulsegraph.metric.oracle;

import java.math.BigDecimal;
import java.time.Instant;

/** A sample, and by how much a counter had grown when it was read. */
public record Reading(SeriesKey series, Instant at, BigDecimal value, BigDecimal growth) {}
