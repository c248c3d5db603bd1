package dev.pulsegraph.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Buckets are compared one by one with those of another time, whatever clocks and leap years do. */
class BucketsTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final List<String> ZONES = List.of(
            "UTC",
            "Europe/Berlin",
            "America/New_York",
            "America/St_Johns",
            "America/Havana",
            "Asia/Kathmandu",
            "Australia/Lord_Howe",
            "Pacific/Apia");

    @ParameterizedTest
    @EnumSource(
            value = Granularity.class,
            names = {"TOTAL", "HOUR", "DAY"})
    void the_day_before_march_is_compared_with_that_day_and_not_with_a_leap_day(Granularity granularity) {
        Buckets before = buckets("2025-02-28", "2025-03-01", granularity, UTC).previousYear();
        assertThat(before.from()).isEqualTo(midnight("2024-02-28"));
        assertThat(before.to()).isEqualTo(midnight("2024-02-29"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Granularity.class,
            names = {"TOTAL", "HOUR", "DAY", "MONTH", "YEAR"})
    void a_leap_day_is_compared_with_nothing(Granularity granularity) {
        Buckets before = buckets("2024-02-29", "2024-03-01", granularity, UTC).previousYear();
        assertThat(length(before)).isZero();
    }

    @Test
    void no_day_is_compared_with_a_leap_day() {
        Buckets before =
                buckets("2025-02-27", "2025-03-03", Granularity.DAY, UTC).previousYear();
        assertThat(before.starts())
                .containsExactly(
                        midnight("2024-02-27"), midnight("2024-02-28"), midnight("2024-03-01"), midnight("2024-03-02"));
        assertThat(before.runs()).hasSize(2);
        assertThat(before.slots()).containsExactly(1, 2, 4, 5);
    }

    @Test
    void february_is_compared_with_all_of_february() {
        Buckets before =
                buckets("2025-01-01", "2025-04-01", Granularity.MONTH, UTC).previousYear();
        assertThat(before.starts())
                .containsExactly(midnight("2024-01-01"), midnight("2024-02-01"), midnight("2024-03-01"));
        assertThat(length(before)).isEqualTo(Duration.ofDays(91));
    }

    @Test
    void the_last_days_of_a_long_month_are_as_many_of_a_short_one() {
        Buckets before =
                buckets("2025-03-01", "2025-03-28", Granularity.MONTH, UTC).previousPeriod();
        assertThat(before.from()).isEqualTo(midnight("2025-02-01"));
        assertThat(before.to()).isEqualTo(midnight("2025-02-28"));
    }

    @Test
    void an_hour_that_clocks_showed_twice_is_compared_once() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        Buckets before = Objects.requireNonNull(Buckets.of(
                        new TimeRange(Instant.parse("2025-10-26T22:00:00Z"), Instant.parse("2025-10-27T05:00:00Z")),
                        Granularity.HOUR,
                        berlin,
                        100))
                .previousYear();
        assertThat(before.size()).isEqualTo(7);
        for (int i = 0; i < before.size(); i++) {
            assertThat(Duration.between(before.start(i), before.end(i))).isEqualTo(Duration.ofHours(1));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void each_bucket_is_compared_with_no_more_than_one_like_it(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            ZoneId zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
            Granularity granularity = List.of(Granularity.values()).get(random.nextInt(Granularity.values().length));
            LocalDate first = LocalDate.of(2009, 1, 1).plusDays(random.nextInt(6_000));
            Instant from = first.atStartOfDay(zone).toInstant();
            Instant to = first.plusDays(1 + random.nextInt(granularity == Granularity.HOUR ? 3 : 500))
                    .atStartOfDay(zone)
                    .toInstant();
            Buckets buckets = Objects.requireNonNull(Buckets.of(new TimeRange(from, to), granularity, zone, 5_000));
            judge(buckets, buckets.previousYear(), zone);
            judge(buckets, buckets.previousPeriod(), zone);
        }
    }

    private static void judge(Buckets buckets, Buckets before, ZoneId zone) {
        assertThat(before.size()).isEqualTo(buckets.size());
        List<Instant> edges = new ArrayList<>();
        before.runs().forEach(edges::addAll);
        assertThat(edges).isSorted();
        for (int i = 0; i < before.size(); i++) {
            int slot = before.slots().get(i);
            assertThat(edges.get(slot - 1)).isEqualTo(before.start(i));
            assertThat(edges.get(slot)).isEqualTo(before.end(i));
            Duration own = Duration.between(buckets.start(i), buckets.end(i));
            Duration other = Duration.between(before.start(i), before.end(i));
            if (buckets.granularity() == Granularity.HOUR) {
                assertThat(other).isLessThanOrEqualTo(own);
            }
            if (buckets.granularity() == Granularity.DAY) {
                LocalDate day = before.start(i).atZone(zone).toLocalDate();
                assertThat(before.end(i))
                        .isIn(
                                before.start(i),
                                day.plusDays(1).atStartOfDay(zone).toInstant());
            }
        }
    }

    private static Duration length(Buckets buckets) {
        Duration length = Duration.ZERO;
        for (int i = 0; i < buckets.size(); i++) {
            length = length.plus(Duration.between(buckets.start(i), buckets.end(i)));
        }
        return length;
    }

    private static Buckets buckets(String from, String to, Granularity granularity, ZoneId zone) {
        return Objects.requireNonNull(
                Buckets.of(new TimeRange(midnight(from), midnight(to)), granularity, zone, 1_000));
    }

    private static Instant midnight(String day) {
        return Instant.parse(day + "T00:00:00Z");
    }
}
