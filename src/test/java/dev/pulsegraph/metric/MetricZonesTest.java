package dev.pulsegraph.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.metric.MetricWorld.Sample;
import dev.pulsegraph.metric.oracle.Definition.Aggregation;
import dev.pulsegraph.metric.oracle.Question;
import dev.pulsegraph.metric.oracle.Question.Dimension;
import dev.pulsegraph.metric.oracle.SeriesKey;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.oracle.Granularity;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One rollup of 15 minutes in UTC answers every time zone, whatever its clocks do. */
@MicronautTest(transactional = false)
class MetricZonesTest {
    private static final Duration QUARTER = Duration.ofMinutes(15);

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    /** On this the rollup is built. */
    @Test
    void every_time_zone_is_a_whole_number_of_quarters_from_utc() {
        Instant first = Instant.parse("2000-01-01T00:00:00Z");
        Instant last = Instant.parse("2040-01-01T00:00:00Z");
        assertThat(ZoneId.getAvailableZoneIds()).hasSizeGreaterThan(500).allSatisfy(name -> {
            ZoneRules rules = ZoneId.of(name).getRules();
            Instant at = first;
            while (at.isBefore(last)) {
                ZoneOffset offset = rules.getOffset(at);
                assertThat(offset.getTotalSeconds() % 900).isZero();
                var next = rules.nextTransition(at);
                at = next == null ? last : next.getInstant();
            }
        });
    }

    /** Each column is written by hand: where the local day begins and ends, its quarters of an hour and its hours. */
    @ParameterizedTest(name = "{0}, the day from {1}")
    @CsvSource({
        "Asia/Kathmandu,      2025-03-08T18:15:00Z, 2025-03-09T18:15:00Z,  96, 24",
        "America/New_York,    2025-03-09T05:00:00Z, 2025-03-10T04:00:00Z,  92, 23",
        "America/New_York,    2025-11-02T04:00:00Z, 2025-11-03T05:00:00Z, 100, 25",
        "Australia/Adelaide,  2025-04-05T13:30:00Z, 2025-04-06T14:30:00Z, 100, 25",
        "Australia/Adelaide,  2025-10-04T14:30:00Z, 2025-10-05T13:30:00Z,  92, 23",
        // Clocks of Lord Howe are moved by half an hour: one of its hours lasts for an hour and a half.
        "Australia/Lord_Howe, 2025-04-05T13:00:00Z, 2025-04-06T13:30:00Z,  98, 24",
        "Australia/Lord_Howe, 2025-10-04T13:30:00Z, 2025-10-05T13:00:00Z,  94, 23",
        // Clocks of Havana show midnight twice in autumn and never in spring.
        "America/Havana,      2025-11-02T04:00:00Z, 2025-11-03T05:00:00Z, 100, 25",
        "America/Havana,      2025-03-09T05:00:00Z, 2025-03-10T04:00:00Z,  92, 23",
        // Clocks of St. John's were once put back at a minute past midnight, into the day before.
        "America/St_Johns,    2010-11-07T02:30:00Z, 2010-11-08T03:30:00Z, 100, 25",
        "America/St_Johns,    2011-03-13T03:30:00Z, 2011-03-14T02:30:00Z,  92, 23"
    })
    void days_and_hours_are_those_of_the_local_clock(String zone, String begin, String end, int quarters, int hours) {
        Instant from = Instant.parse(begin).minus(Duration.ofDays(1));
        Instant to = Instant.parse(end).plus(Duration.ofDays(1));
        for (String home : List.of(zone, "UTC", "Pacific/Marquesas")) {
            MetricWorld world = new MetricWorld(fixtures.team(), superuser, home);
            world.record(everyQuarter(from, to));
            world.compareTiers();
            for (List<Dimension> groupBy : List.of(List.<Dimension>of(), List.of(Dimension.ENTITY))) {
                assertThat(samples(world, question(zone, Granularity.DAY, from, to, groupBy)))
                        .as("days of %s, kept in %s", zone, home)
                        .containsExactly(96, quarters, 96);
                assertThat(samples(
                                world,
                                question(zone, Granularity.HOUR, Instant.parse(begin), Instant.parse(end), groupBy)))
                        .as("hours of %s, kept in %s", zone, home)
                        .hasSize(hours);
                for (Granularity granularity : Granularity.values()) {
                    world.compare(question(zone, granularity, from, to, groupBy));
                    world.compare(question(
                            zone, granularity, from.plusSeconds(1_000), to.minus(Duration.ofNanos(7_000)), groupBy));
                }
            }
        }
    }

    @Test
    void an_hour_of_lord_howe_lasts_for_an_hour_and_a_half() {
        MetricWorld world = new MetricWorld(fixtures.team(), superuser, "Australia/Lord_Howe");
        Instant from = Instant.parse("2025-04-05T13:00:00Z");
        world.record(everyQuarter(from, from.plus(Duration.ofHours(6))));
        assertThat(samples(
                        world,
                        question(
                                "Australia/Lord_Howe",
                                Granularity.HOUR,
                                from,
                                from.plus(Duration.ofHours(4)).plus(QUARTER).plus(QUARTER),
                                List.of())))
                .containsExactly(4, 6, 4, 4);
    }

    /** Samoa moved to the other side of the date line: to Thursday came Saturday. */
    @Test
    void a_day_that_never_was_has_no_point() {
        MetricWorld world = new MetricWorld(fixtures.team(), superuser, "Pacific/Apia");
        Instant from = Instant.parse("2011-12-28T10:00:00Z");
        Instant to = Instant.parse("2012-01-01T10:00:00Z");
        world.record(everyQuarter(from, to));
        world.compareTiers();
        Question question = question("Pacific/Apia", Granularity.DAY, from, to, List.of());
        assertThat(begins(world, question))
                .containsExactly(
                        "2011-12-28T10:00:00Z", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z");
        world.compare(question);
    }

    @Test
    void weeks_are_those_of_iso_across_a_new_year() {
        MetricWorld world = new MetricWorld(fixtures.team(), superuser, "Europe/Berlin");
        // 2020 had 53 weeks; the first week of 2025 begins in 2024.
        world.record(List.of(
                sample("2020-12-27T22:59:59.999999Z", 1),
                sample("2020-12-27T23:00:00Z", 2),
                sample("2021-01-03T22:59:59Z", 4),
                sample("2021-01-03T23:00:00Z", 8),
                sample("2024-12-29T22:59:59Z", 16),
                sample("2024-12-29T23:00:00Z", 32),
                sample("2025-01-05T22:59:59Z", 64),
                sample("2025-01-05T23:00:00Z", 128)));
        Question first = question(
                "Europe/Berlin",
                Granularity.WEEK,
                Instant.parse("2020-12-20T23:00:00Z"),
                Instant.parse("2021-01-10T23:00:00Z"),
                List.of());
        assertThat(begins(world, first))
                .containsExactly("2020-12-20T23:00:00Z", "2020-12-27T23:00:00Z", "2021-01-03T23:00:00Z");
        assertThat(values(world, first)).containsExactly(1.0, 6.0, 8.0);
        Question second = question(
                "Europe/Berlin",
                Granularity.WEEK,
                Instant.parse("2024-12-25T00:00:00Z"),
                Instant.parse("2025-01-07T00:00:00Z"),
                List.of());
        assertThat(begins(world, second))
                .containsExactly("2024-12-25T00:00:00Z", "2024-12-29T23:00:00Z", "2025-01-05T23:00:00Z");
        assertThat(values(world, second)).containsExactly(16.0, 96.0, 128.0);
        world.compare(first);
        world.compare(second);
    }

    private static Question question(
            String zone, Granularity granularity, Instant from, Instant to, List<Dimension> groupBy) {
        return new Question(
                List.of("new_followers"),
                null,
                List.of(),
                List.of(),
                from,
                to,
                granularity,
                zone,
                Aggregation.SUM,
                groupBy,
                null,
                null,
                null);
    }

    /** Of one entity, each with another value. */
    private static List<Sample> everyQuarter(Instant from, Instant to) {
        List<Sample> samples = new ArrayList<>();
        for (Instant at = from; at.isBefore(to); at = at.plus(QUARTER)) {
            samples.add(sample(at.toString(), samples.size()));
        }
        return samples;
    }

    private static Sample sample(String at, int value) {
        return new Sample(
                new SeriesKey("ACCOUNT", new UUID(0, 1), "new_followers", "all"),
                Instant.parse(at),
                BigDecimal.valueOf(value));
    }

    private static List<Object> samples(MetricWorld world, Question question) {
        return points(world, question, "samples");
    }

    private static List<Object> begins(MetricWorld world, Question question) {
        return points(world, question, "at");
    }

    private static List<Object> values(MetricWorld world, Question question) {
        return points(world, question, "value");
    }

    private static List<Object> points(MetricWorld world, Question question, String field) {
        Answer answer = world.team()
                .asOwner()
                .ask(
                        "query ($slug: String!, $query: MetricQuery!) { organization(slug: $slug) { metrics(query: $query) {"
                                + " series { points { at value samples } } } } }",
                        Map.of("slug", world.team().slug(), "query", question.input()))
                .succeeded();
        List<Object> found = new ArrayList<>();
        for (Object point : answer.list("organization.metrics.series.0.points")) {
            found.add(Objects.requireNonNull(((Map<?, ?>) point).get(field)));
        }
        return found;
    }
}
