package dev.pulsegraph.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.time.Buckets;
import dev.pulsegraph.time.Granularity;
import dev.pulsegraph.time.TimeRange;
import dev.pulsegraph.time.UtcUnit;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A range is cut into segments that read every instant of it once, and none of which blurs an edge of a bucket. */
class TiersTest {
    private static final List<ZoneId> ZONES = List.of(
                    "UTC",
                    "Europe/Berlin",
                    "America/New_York",
                    "America/St_Johns",
                    "America/Havana",
                    "Asia/Kathmandu",
                    "Australia/Lord_Howe",
                    "Pacific/Apia",
                    "Asia/Gaza")
            .stream()
            .map(ZoneId::of)
            .toList();
    private static final Instant FIRST = Instant.parse("2008-01-01T00:00:00Z");
    private static final long SPAN = 20L * 365 * 86_400;

    @Test
    void a_range_is_read_from_the_coarsest_tiers() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        List<Segment> segments = new Tiers(true, berlin)
                .segments(periods("2026-03-01T08:07:00Z", "2026-03-05T09:20:00Z", Granularity.TOTAL, berlin, null));
        assertThat(segments)
                .containsExactly(
                        segment(PlanTier.RAW, "2026-03-01T08:07:00Z", "2026-03-01T08:15:00Z"),
                        segment(PlanTier.MINUTES_15, "2026-03-01T08:15:00Z", "2026-03-01T09:00:00Z"),
                        segment(PlanTier.HOUR, "2026-03-01T09:00:00Z", "2026-03-01T23:00:00Z"),
                        segment(PlanTier.DAY, "2026-03-01T23:00:00Z", "2026-03-04T23:00:00Z"),
                        segment(PlanTier.HOUR, "2026-03-04T23:00:00Z", "2026-03-05T09:00:00Z"),
                        segment(PlanTier.MINUTES_15, "2026-03-05T09:00:00Z", "2026-03-05T09:15:00Z"),
                        segment(PlanTier.RAW, "2026-03-05T09:15:00Z", "2026-03-05T09:20:00Z"));
    }

    @Test
    void days_of_another_zone_answer_no_local_days() {
        List<Segment> segments = new Tiers(true, ZoneId.of("UTC"))
                .segments(periods(
                        "2026-03-01T18:15:00Z",
                        "2026-03-04T18:15:00Z",
                        Granularity.DAY,
                        ZoneId.of("Asia/Kathmandu"),
                        null));
        assertThat(segments)
                .containsExactly(segment(PlanTier.MINUTES_15, "2026-03-01T18:15:00Z", "2026-03-04T18:15:00Z"));
    }

    @Test
    void without_hours_and_days_quarters_of_an_hour_answer() {
        List<Segment> segments = new Tiers(false, null)
                .segments(periods(
                        "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", Granularity.MONTH, ZoneId.of("UTC"), null));
        assertThat(segments)
                .containsExactly(segment(PlanTier.MINUTES_15, "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"));
    }

    @Test
    void a_range_within_a_quarter_of_an_hour_is_read_from_samples() {
        List<Segment> segments = new Tiers(true, ZoneId.of("UTC"))
                .segments(periods(
                        "2026-03-01T00:01:00Z", "2026-03-01T00:14:59Z", Granularity.HOUR, ZoneId.of("UTC"), null));
        assertThat(segments).containsExactly(segment(PlanTier.RAW, "2026-03-01T00:01:00Z", "2026-03-01T00:14:59Z"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void segments_cover_each_bucket_exactly_once(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            ZoneId zone = any(ZONES, random);
            Granularity granularity = any(List.of(Granularity.values()), random);
            Comparison comparison = random.nextBoolean() ? null : any(List.of(Comparison.values()), random);
            Instant from = instant(random, zone);
            Instant to = later(from, granularity, random);
            var tiers = new Tiers(
                    random.nextBoolean(),
                    random.nextInt(3) == 0 ? null : random.nextBoolean() ? zone : any(ZONES, random));
            Periods periods = Periods.of(new TimeRange(from, to), granularity, zone, comparison);
            List<Segment> segments = tiers.segments(periods);
            String question =
                    from + " to " + to + " by " + granularity + " in " + zone + ", " + comparison + ", " + tiers;
            checkCover(question, tiers, periods.buckets(), segments, false);
            if (periods.comparison() != null) {
                checkCover(question, tiers, periods.comparison(), segments, true);
            }
            segments.forEach(segment -> checkTier(question, tiers, segment));
        }
    }

    /** Laid end to end, the segments are the runs of the buckets, and no edge of a bucket lies within a rollup. */
    private static void checkCover(
            String question, Tiers tiers, Buckets buckets, List<Segment> segments, boolean comparison) {
        List<Instant> bounds = new ArrayList<>();
        Instant end = null;
        for (Segment segment : segments) {
            if (segment.comparison() == comparison) {
                assertThat(segment.from()).as(question).isBefore(segment.to());
                if (!segment.from().equals(end)) {
                    if (end != null) {
                        bounds.add(end);
                    }
                    bounds.add(segment.from());
                }
                end = segment.to();
            }
        }
        if (end != null) {
            bounds.add(end);
        }
        List<Instant> expected = new ArrayList<>();
        for (List<Instant> run : buckets.runs()) {
            if (!run.getFirst().equals(run.getLast())) {
                expected.add(run.getFirst());
                expected.add(run.getLast());
            }
        }
        assertThat(bounds).as(question).isEqualTo(expected);
        for (Instant edge : buckets.edges()) {
            for (Segment segment : segments) {
                if (segment.comparison() == comparison
                        && segment.from().isBefore(edge)
                        && edge.isBefore(segment.to())) {
                    assertThat(isEdge(segment.tier(), edge, dayZone(tiers)))
                            .as(question + ": " + edge + " within " + segment)
                            .isTrue();
                }
            }
        }
    }

    /** A segment begins and ends where buckets of its tier do. */
    private static void checkTier(String question, Tiers tiers, Segment segment) {
        ZoneId zone = dayZone(tiers);
        assertThat(isEdge(segment.tier(), segment.from(), zone) && isEdge(segment.tier(), segment.to(), zone))
                .as(question + ": " + segment)
                .isTrue();
        if (segment.tier() == PlanTier.HOUR) {
            assertThat(tiers.hasHours()).as(question).isTrue();
        }
        if (segment.tier() == PlanTier.DAY) {
            assertThat(tiers.dayZone()).as(question).isNotNull();
        }
    }

    private static ZoneId dayZone(Tiers tiers) {
        return tiers.dayZone() == null ? ZoneId.of("UTC") : tiers.dayZone();
    }

    private static boolean isEdge(PlanTier tier, Instant at, ZoneId zone) {
        return switch (tier) {
            case RAW -> true;
            case MINUTES_15 -> UtcUnit.QUARTER_HOUR.isStart(at);
            case HOUR -> UtcUnit.HOUR.isStart(at);
            case DAY ->
                at.atZone(zone).toLocalDate().atStartOfDay(zone).toInstant().equals(at);
        };
    }

    private static Instant instant(Random random, ZoneId zone) {
        Instant at = FIRST.plusSeconds(random.nextLong(SPAN));
        return switch (random.nextInt(4)) {
            case 0 -> at;
            case 1 -> UtcUnit.QUARTER_HOUR.floor(at);
            case 2 -> UtcUnit.HOUR.floor(at);
            default -> at.atZone(zone).toLocalDate().atStartOfDay(zone).toInstant();
        };
    }

    private static Instant later(Instant from, Granularity granularity, Random random) {
        long seconds = switch (granularity) {
            case TOTAL, DAY, WEEK -> random.nextLong(1, 120L * 86_400);
            case HOUR -> random.nextLong(1, 10L * 86_400);
            case MONTH, QUARTER, YEAR -> random.nextLong(1, 1_500L * 86_400);
        };
        Instant to = from.plusSeconds(seconds);
        return random.nextBoolean() && UtcUnit.HOUR.floor(to).isAfter(from) ? UtcUnit.HOUR.floor(to) : to;
    }

    private static <T> T any(List<T> values, Random random) {
        return values.get(random.nextInt(values.size()));
    }

    private static Periods periods(
            String from, String to, Granularity granularity, ZoneId zone, @Nullable Comparison comparison) {
        return Periods.of(new TimeRange(Instant.parse(from), Instant.parse(to)), granularity, zone, comparison);
    }

    private static Segment segment(PlanTier tier, String from, String to) {
        return new Segment(tier, Instant.parse(from), Instant.parse(to), false);
    }
}
