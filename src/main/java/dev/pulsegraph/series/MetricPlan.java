package dev.pulsegraph.series;

import java.util.List;

/**
 * How a question is answered.
 *
 * @param statement the name of the statement that reads
 * @param segments what it reads; the statement is always the same, the segments decide where it goes
 * @param cells how many points the answer may hold at most
 */
public record MetricPlan(String statement, List<PlanSegment> segments, int cells) {}
