/// What was measured, when, and what it adds up to.
///
/// ## Path of a query
///
/// Five steps with plain values between them, of which the package `series` does what is not about metrics: **parse**
/// (`MetricQueryResolver` -> `MetricQuery`), **validate** (`MetricValidation` -> `ValidMetricQuery`: definitions, zone,
/// buckets, bounds), **plan** (`MetricPlanner` -> `PlannedMetricQuery`: time cut into segments, each read from the
/// coarsest
/// tier that blurs no edge), **run** (`MetricPointRepository`: one statement, whatever the number of series; the plan
/// is its
/// data), **assemble** (`series/SeriesAssembler` -> `MetricResult`). `MetricQueryLoader` leads through them: equal
/// questions
/// of many organizations or posts share the statement. `explain: true` shows an operator the plan.
///
/// ## The way of a sample
///
/// `MetricResolver` or `MetricSink` -> `SampleReader` -> `MetricService`: COPY into a temporary table, then one
/// function. Samples newer than all others of their series are added to the tiers by that function; for all others
/// triggers rebuild what they touch, in the transaction that writes. `V013__metric_rollup.sql` draws how.
///
/// ## The tiers
///
/// | tier | of each series | of totals over entities | answers |
/// |---|---|---|---|
/// | samples | `metric_readings`, its archive | | edges that are no quarter of an hour |
/// | 15 minutes, UTC | `metric_rollups` | `metric_totals` | every time zone |
/// | hour, UTC | | `metric_totals` | zones of whole hours |
/// | day of the organization | `metric_rollups` | `metric_totals` | its own days, weeks, months, and TOTAL |
///
/// A change of an organization's time zone is followed by a job; until it is done, and where PostgreSQL and Java do not
/// mean the same by a zone's days (`ZoneRulesCheck`), days are answered from quarters of an hour.
@NullMarked
package dev.pulsegraph.metric;

import org.jspecify.annotations.NullMarked;
