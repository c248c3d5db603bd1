package dev.pulsegraph.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.time.Granularity;
import dev.pulsegraph.time.TimeRange;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The bounds on an answer, and what a question is estimated to ask for. */
class SeriesLimitsTest {
    private static final ZoneId UTC = ZoneId.of("UTC");

    @Test
    void too_many_points_name_the_granularity_that_fits() {
        assertThatThrownBy(() -> periods("2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z", Granularity.HOUR, null))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("more than 5000 points")
                .hasMessageContaining("DAY fits");
    }

    @Test
    void what_is_compared_with_has_a_year() {
        assertThatThrownBy(() -> periods(
                        "0001-02-01T00:00:00Z", "0001-03-01T00:00:00Z", Granularity.TOTAL, Comparison.PREVIOUS_YEAR))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("before the year 1");
    }

    @Test
    void groups_fit_the_numbers_of_an_answer() {
        assertThat(new Grouping(false, null).fit(20, 5000, 1)).isEqualTo(1);
        assertThat(new Grouping(true, null).fit(1, 10, 1)).isEqualTo(200);
        assertThat(new Grouping(true, null).fit(1, 1000, 2)).isEqualTo(50);
        assertThat(new Grouping(true, 7).fit(1, 1000, 2)).isEqualTo(7);
        assertThatThrownBy(() -> new Grouping(true, 51).fit(1, 1000, 2))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("so 50 groups do");
        assertThatThrownBy(() -> new Grouping(false, null).fit(20, 5000, 2))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("at most 100000 fit an answer.");
    }

    @Test
    void top_groups_are_of_groups() {
        assertThatThrownBy(() -> new Grouping(false, 3))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("without groupBy");
        assertThatThrownBy(() -> new Grouping(true, 0)).isInstanceOf(Problem.class);
        assertThatThrownBy(() -> new Grouping(true, 201)).isInstanceOf(Problem.class);
    }

    @Test
    void a_question_is_as_large_as_it_says() {
        var month = new TimeRange(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2026-01-31T00:00:00Z"));
        assertThat(SeriesSize.of(2, month, Granularity.DAY, null, null)).isEqualTo(new SeriesSize(2, 1, 30));
        assertThat(SeriesSize.of(2, month, Granularity.DAY, 40L, null)).isEqualTo(new SeriesSize(2, 40, 30));
        assertThat(SeriesSize.of(2, month, Granularity.DAY, 40L, 5)).isEqualTo(new SeriesSize(2, 6, 30));
        assertThat(SeriesSize.of(2, month, Granularity.DAY, 4_000_000_000L, null))
                .isEqualTo(new SeriesSize(2, 200, 30));
        assertThat(SeriesSize.of(0, month, Granularity.DAY, null, null)).isNull();
        assertThat(SeriesSize.of(500, month, Granularity.HOUR, null, null)).isNull();
    }

    private static Periods periods(String from, String to, Granularity granularity, @Nullable Comparison comparison) {
        return Periods.of(new TimeRange(Instant.parse(from), Instant.parse(to)), granularity, UTC, comparison);
    }
}
