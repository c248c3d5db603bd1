package dev.pulsegraph.series;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.time.Buckets;
import dev.pulsegraph.time.Granularity;
import dev.pulsegraph.time.TimeRange;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rows become dense series, aligned with what they are compared with. */
class SeriesAssemblerTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Instant AS_OF = Instant.parse("2026-06-01T00:00:00Z");

    @Test
    void empty_points_are_filled_as_asked() {
        Periods week = days("2026-03-01", "2026-03-06", UTC, null);
        List<SeriesRow> rows = List.of(row(2, 5.0), row(4, 7.0), row(null, 12.0));
        assertThat(values(week, Fill.ZERO, Aggregation.SUM, rows)).containsExactly(0.0, 5.0, 0.0, 7.0, 0.0);
        assertThat(values(week, Fill.NULL, Aggregation.SUM, rows)).containsExactly(null, 5.0, null, 7.0, null);
        assertThat(values(week, Fill.PREVIOUS, Aggregation.SUM, rows)).containsExactly(null, 5.0, 5.0, 7.0, 7.0);
    }

    @Test
    void an_aggregation_says_what_nothing_is_when_nobody_does() {
        Periods days = days("2026-03-01", "2026-03-03", UTC, null);
        for (Aggregation aggregation : Aggregation.values()) {
            Double nothing = aggregation == Aggregation.SUM || aggregation == Aggregation.COUNT ? 0.0 : null;
            MetricSeries series = only(days, null, aggregation, List.of());
            assertThat(series.total()).as(aggregation.name()).isEqualTo(nothing);
            assertThat(series.points())
                    .as(aggregation.name())
                    .extracting(MetricPoint::value)
                    .containsExactly(nothing, nothing);
        }
    }

    @Test
    void a_sum_that_cannot_be_told_is_no_empty_point() {
        Periods days = days("2026-03-01", "2026-03-03", UTC, null);
        assertThat(values(days, Fill.ZERO, Aggregation.AVG, List.of(row(1, null))))
                .containsExactly(null, 0.0);
    }

    @Test
    void a_point_is_complete_when_its_time_is_over() {
        Periods days = days("2026-05-30", "2026-06-02", UTC, null);
        assertThat(only(days, null, Aggregation.SUM, List.of()).points())
                .extracting(MetricPoint::complete)
                .containsExactly(true, true, false);
    }

    @Test
    void days_over_a_change_of_clocks_are_compared_day_by_day() {
        // Clocks go forward on March 29: that day has 23 hours, and those before have 24.
        Periods periods = days("2026-03-28", "2026-03-31", BERLIN, Comparison.PREVIOUS_PERIOD);
        MetricSeries series = only(
                periods,
                null,
                Aggregation.SUM,
                List.of(
                        row(1, 1.0),
                        row(2, 2.0),
                        row(3, 3.0),
                        row(null, 6.0),
                        before(1, 1.0),
                        before(3, 3.0),
                        before(null, 4.0)));
        assertThat(series.points())
                .extracting(MetricPoint::at)
                .containsExactly(midnight("2026-03-28"), midnight("2026-03-29"), midnight("2026-03-30"));
        MetricComparison comparison = requireNonNull(series.comparison());
        assertThat(comparison.points())
                .extracting(MetricPoint::at)
                .containsExactly(midnight("2026-03-25"), midnight("2026-03-26"), midnight("2026-03-27"));
        assertThat(comparison.points()).extracting(MetricPoint::value).containsExactly(1.0, 0.0, 3.0);
        assertThat(comparison.total()).isEqualTo(4.0);
        assertThat(comparison.change()).isEqualTo(0.5);
    }

    @Test
    void an_hour_that_clocks_showed_twice_is_aligned_with_one() {
        // On October 25 of 2026, 2 o'clock came twice; a year before it came twice on the 26th.
        Periods periods = Periods.of(
                new TimeRange(midnight("2026-10-25"), midnight("2026-10-26")),
                Granularity.HOUR,
                BERLIN,
                Comparison.PREVIOUS_YEAR);
        Buckets yearBefore = requireNonNull(periods.comparison());
        List<SeriesRow> rows = new ArrayList<>();
        for (int i = 0; i < yearBefore.size(); i++) {
            if (!yearBefore.start(i).equals(yearBefore.end(i))) {
                rows.add(before(yearBefore.slots().get(i), 1.0));
            }
        }
        MetricSeries series = only(periods, null, Aggregation.COUNT, rows);
        assertThat(series.points()).hasSize(25);
        List<MetricPoint> points = requireNonNull(series.comparison()).points();
        assertThat(points).hasSize(25);
        assertThat(points)
                .extracting(MetricPoint::value)
                .as("the day before had 24 hours, each counted once")
                .filteredOn(value -> value != null && value == 1.0)
                .hasSize(24);
    }

    @Test
    void nothing_grows_from_zero_or_from_what_is_not_known() {
        Periods periods = days("2026-03-01", "2026-03-02", UTC, Comparison.PREVIOUS_PERIOD);
        assertThat(change(periods, Aggregation.SUM, row(null, 5.0))).isNull();
        assertThat(change(periods, Aggregation.AVG, row(null, 5.0))).isNull();
        assertThat(change(periods, Aggregation.AVG, before(null, 5.0))).isNull();
        assertThat(change(periods, Aggregation.AVG, row(null, -2.0), before(null, -4.0)))
                .isEqualTo(0.5);
    }

    @Test
    void a_point_says_where_it_was_read() {
        Periods periods = Periods.of(
                new TimeRange(Instant.parse("2026-03-01T23:10:00Z"), Instant.parse("2026-03-03T00:05:00Z")),
                Granularity.DAY,
                UTC,
                null);
        assertThat(only(periods, null, Aggregation.SUM, List.of()).points())
                .extracting(MetricPoint::source)
                .containsExactly(PointSource.MIXED, PointSource.ROLLUP, PointSource.RAW);
    }

    @Test
    void groups_after_the_last_are_one_more() {
        Periods periods = days("2026-03-01", "2026-03-02", UTC, null);
        var query = new SeriesQuery(periods, null, new Grouping(true, 2), 2, AS_OF);
        MetricResult result = new SeriesAssembler(query)
                .assemble(List.of(measure(periods, Aggregation.SUM)), List.of(row(3, 1, 1.0), row(1, 1, 9.0)), null);
        assertThat(result.series()).extracting(MetricSeries::other).containsExactly(false, true);
        assertThat(result.series())
                .extracting(series -> series.points().getFirst().value())
                .containsExactly(9.0, 1.0);
    }

    @Test
    void more_groups_than_fit_are_a_problem_unless_they_may_be_left_out() {
        Periods periods = days("2026-03-01", "2026-03-02", UTC, null);
        var query = new SeriesQuery(periods, null, new Grouping(true, null), 2, AS_OF);
        assertThatThrownBy(() -> new SeriesAssembler(query)
                        .assemble(List.of(measure(periods, Aggregation.SUM)), List.of(row(3, 1, 1.0)), null))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("more than 2 groups");
    }

    @Test
    void a_question_without_groups_has_a_series_though_nothing_was_read() {
        Periods periods = days("2026-03-01", "2026-03-02", UTC, null);
        var query = new SeriesQuery(periods, null, new Grouping(false, null), 1, AS_OF);
        MetricResult result = new SeriesAssembler(query)
                .assemble(
                        List.of(
                                measure(periods, Aggregation.SUM),
                                new Measure("b", "seconds", Aggregation.AVG, List.of())),
                        List.of(),
                        null);
        assertThat(result.series()).extracting(MetricSeries::metric).containsExactly("a", "b");
        assertThat(result.timeZone()).isEqualTo("UTC");
        assertThat(result.granularity()).isEqualTo(Granularity.DAY);
    }

    private static List<@Nullable Double> values(
            Periods periods, @Nullable Fill fill, Aggregation aggregation, List<SeriesRow> rows) {
        List<@Nullable Double> values = new ArrayList<>();
        only(periods, fill, aggregation, rows).points().forEach(point -> values.add(point.value()));
        return values;
    }

    private static @Nullable Double change(Periods periods, Aggregation aggregation, SeriesRow... rows) {
        return requireNonNull(only(periods, null, aggregation, List.of(rows)).comparison())
                .change();
    }

    private static MetricSeries only(
            Periods periods, @Nullable Fill fill, Aggregation aggregation, List<SeriesRow> rows) {
        var query = new SeriesQuery(periods, fill, new Grouping(false, null), 1, AS_OF);
        return new SeriesAssembler(query)
                .assemble(List.of(measure(periods, aggregation)), rows, null)
                .series()
                .getFirst();
    }

    private static Measure measure(Periods periods, Aggregation aggregation) {
        return new Measure("a", null, aggregation, new Tiers(true, UTC).segments(periods));
    }

    private static SeriesRow row(@Nullable Integer slot, @Nullable Double value) {
        return new SeriesRow("a", 1, false, slot, null, null, null, value, 1);
    }

    private static SeriesRow row(int rank, int slot, double value) {
        return new SeriesRow("a", rank, false, slot, null, null, null, value, 1);
    }

    private static SeriesRow before(@Nullable Integer slot, @Nullable Double value) {
        return new SeriesRow("a", 1, true, slot, null, null, null, value, 1);
    }

    private static Periods days(String from, String to, ZoneId zone, @Nullable Comparison comparison) {
        return Periods.of(
                new TimeRange(
                        LocalDate.parse(from).atStartOfDay(zone).toInstant(),
                        LocalDate.parse(to).atStartOfDay(zone).toInstant()),
                Granularity.DAY,
                zone,
                comparison);
    }

    private static Instant midnight(String day) {
        return LocalDate.parse(day).atStartOfDay(BERLIN).toInstant();
    }
}
