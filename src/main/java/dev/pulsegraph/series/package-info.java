/// Series over time, whatever they are of: the pipeline that features share whose fields answer `MetricResult`.
///
/// | step | who | what |
/// |---|---|---|
/// | parse | the feature | its input, to a record of its own |
/// | validate | `Grouping`, `Periods` | groups, buckets and the comparison, within `SeriesLimits`: a `SeriesQuery` |
/// | plan | `Tiers` | periods cut into `Segment`s, each read from the coarsest tier that blurs no edge |
/// | run | the feature | one statement over segments and edges: a `SeriesRow` for each group and bucket |
/// | assemble | `SeriesAssembler` | a point for every bucket, empty ones by `Fill`: a `MetricResult` |
///
/// ```
///   range       09:07                              midnight            midnight      08:05
///   buckets       |----- first, cut short -----------|------- day ---------|-- cut ----|
///   segments      |RAW| MINUTES_15 |      HOUR       |         DAY         | HOUR  |RAW|
///   slots         1                                  2                     3            by width_bucket
///   rows          rank 1, slot 1 ...                 none                  rank 1, slot 3
///   points        value                              fill                  value
/// ```
///
/// A statement finds the slot of a row by `width_bucket(at, edges)`, with the edges of a period in order, and ranks the
/// groups of a measure: those after `SeriesQuery.groups` are one more, `other`. The row without a slot is of the whole
/// period.
///
/// `SeriesSize` says before anything is read how much a question asks for, which its cost is made of.
@NullMarked
package dev.pulsegraph.series;

import org.jspecify.annotations.NullMarked;
