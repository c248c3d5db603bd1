package dev.pulsegraph.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The days that are asked for, whatever day it is. */
class RequestedDaysTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // from, to, last, unit, today: first and last day
                "2026-03-01,2026-03-31,-,-,2030-01-01,2026-03-01,2026-03-31",
                "-,-,1,-,2026-03-15,2026-03-15,2026-03-15",
                "-,-,7,DAY,2026-03-03,2026-02-25,2026-03-03",
                "-,2026-01-06,2,DAY,2030-01-01,2026-01-05,2026-01-06",
                "-,-,1,WEEK,2026-03-03,2026-02-25,2026-03-03",
                "-,-,53,WEEK,2026-01-01,2024-12-27,2026-01-01",
                "-,-,1,MONTH,2026-03-15,2026-02-16,2026-03-15",
                "-,-,1,MONTH,2026-02-28,2026-02-01,2026-02-28",
                "-,-,1,MONTH,2026-04-30,2026-04-01,2026-04-30",
                "-,-,1,MONTH,2024-02-29,2024-02-01,2024-02-29",
                "-,-,1,MONTH,2026-03-30,2026-02-28,2026-03-30",
                "-,-,12,MONTH,2025-12-31,2025-01-01,2025-12-31"
            })
    void the_last_few_end_with_the_last_day(
            @Nullable LocalDate from,
            @Nullable LocalDate to,
            @Nullable Integer last,
            @Nullable DateUnit unit,
            LocalDate today,
            LocalDate first,
            LocalDate end) {
        assertThat(new RequestedDays(from, to, last, unit).resolve(today)).isEqualTo(new DateRange(first, end));
    }

    @Test
    void what_does_not_say_which_days_is_refused() {
        LocalDate day = LocalDate.of(2026, 1, 1);
        refused(null, null, null, null, "either from and to are needed, or last");
        refused(day, null, null, null, "either from and to are needed, or last");
        refused(null, day, null, null, "either from and to are needed, or last");
        refused(day, null, 7, null, "from and last cannot be combined");
        refused(day, day, null, DateUnit.DAY, "unit requires last");
        refused(null, null, 0, null, "last 0 is not between 1 and 3660");
        refused(null, null, Integer.MAX_VALUE, DateUnit.MONTH, "last 2147483647 is not between 1 and 3660");
    }

    private static void refused(
            @Nullable LocalDate from,
            @Nullable LocalDate to,
            @Nullable Integer last,
            @Nullable DateUnit unit,
            String sentence) {
        assertThatThrownBy(() -> new RequestedDays(from, to, last, unit)).hasMessageContaining(sentence);
    }
}
