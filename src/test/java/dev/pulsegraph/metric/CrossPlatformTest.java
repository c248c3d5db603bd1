package dev.pulsegraph.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pulsegraph.job.Jobs;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.Worlds;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The comparison of platforms, against what plain Java makes of the samples. */
@MicronautTest(transactional = false)
class CrossPlatformTest {
    private static final ZoneId ZONE = ZoneId.of("America/Havana");
    private static final LocalDate FIRST = LocalDate.of(2025, 9, 1);
    private static final int DAYS = 110;
    private static final List<String> PLATFORMS = List.of("all", "instagram", "tiktok");
    private static final String QUESTION = """
            query ($slug: String!, $metric: String!, $range: TimeRange!) {
              organization(slug: $slug) {
                crossPlatform(metric: $metric, range: $range) {
                  platform value share posts perPost zScore asOf days { at value share perPost zScore }
                }
              }
            }""";

    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Inject
    Jobs jobs;

    @Inject
    io.micrometer.core.instrument.MeterRegistry meters;

    @ParameterizedTest
    @ValueSource(strings = {"new_followers", "likes", "engagement_rate", "followers"})
    void days_and_ranges_are_what_plain_java_makes_of_the_samples(String metric) {
        var team = team();
        var history = new History(metric, new Random(metric.hashCode()), team);
        run("metrics.crossplatform");
        LocalDate from = FIRST.plusDays(95);
        LocalDate to = FIRST.plusDays(DAYS - 3);
        List<Map<String, @Nullable Object>> rows =
                ask(team, metric, start(from).plusSeconds(3600), start(to).minusSeconds(3600));

        Map<String, Double> totals = new HashMap<>();
        PLATFORMS.forEach(platform -> totals.put(platform, history.value(platform, from, to)));
        assertThat(rows).extracting(row -> row.get("platform")).containsExactlyInAnyOrderElementsOf(PLATFORMS);
        assertThat(rows)
                .extracting(row -> totals.getOrDefault(String.valueOf(row.get("platform")), 0.0))
                .isSortedAccordingTo(java.util.Comparator.reverseOrder());
        boolean parts = !metric.equals("engagement_rate");
        for (var row : rows) {
            String platform = String.valueOf(row.get("platform"));
            double value = totals.getOrDefault(platform, Double.NaN);
            close(row.get("value"), value);
            close(row.get("share"), parts ? value / sum(totals.values().stream()) : null);
            assertThat(row.get("posts")).isEqualTo(History.POSTS);
            close(row.get("perPost"), parts ? value / History.POSTS : value);
            close(row.get("zScore"), zScore(history.mean(platform, from, to), history.days(platform, from)));
            List<Map<String, @Nullable Object>> days = objects(row.get("days"));
            assertThat(days).hasSize(DAYS - 3 - 95);
            for (int i = 0; i < days.size(); i++) {
                LocalDate day = from.plusDays(i);
                var got = days.get(i);
                assertThat(Instant.parse(String.valueOf(got.get("at")))).isEqualTo(start(day));
                double daily = history.value(platform, day, day.plusDays(1));
                close(got.get("value"), daily);
                close(
                        got.get("share"),
                        parts
                                ? daily / sum(PLATFORMS.stream().map(p -> history.value(p, day, day.plusDays(1))))
                                : null);
                close(got.get("perPost"), parts ? daily / History.POSTS : daily);
                close(got.get("zScore"), zScore(daily, history.days(platform, day)));
            }
        }
    }

    @Test
    void a_z_score_needs_seven_days_that_differ() {
        var team = team();
        var history = new History("new_followers", new Random(1), team);
        run("metrics.crossplatform");
        List<Map<String, @Nullable Object>> days =
                objects(ask(team, "new_followers", start(FIRST), start(FIRST.plusDays(9)))
                        .getFirst()
                        .get("days"));
        assertThat(history.days("all", FIRST.plusDays(7))).hasSize(7);
        assertThat(days.stream().map(day -> day.get("zScore") == null))
                .containsExactly(true, true, true, true, true, true, true, false, false);

        String post = team.post("Alike");
        List<Map<String, Object>> samples = new ArrayList<>();
        for (int day = 0; day < 20; day++) {
            samples.add(Fixtures.sample(
                    "unfollows",
                    post,
                    "tiktok",
                    day == 19 ? 9 : 3,
                    start(FIRST.plusDays(day)).toString()));
        }
        record(team, samples);
        run("metrics.crossplatform");
        assertThat(ask(team, "unfollows", start(FIRST.plusDays(19)), start(FIRST.plusDays(20)))
                        .getFirst()
                        .get("zScore"))
                .as("against days that are alike")
                .isNull();
    }

    @Test
    void late_samples_change_the_days_after_them_too() {
        var team = team();
        var history = new History("new_followers", new Random(2), team);
        run("metrics.crossplatform");
        superuser.execute(
                "update metric_readings m set metric_value = metric_value + 1000 from metric_series s"
                        + " where s.organization_id = m.organization_id and s.id = m.series_id and s.platform = 'tiktok'"
                        + " and m.organization_id = ?::uuid and recorded_at >= ?::timestamptz and recorded_at < ?::timestamptz",
                Worlds.uuid(team.id()),
                start(FIRST.plusDays(3)).toString(),
                start(FIRST.plusDays(4)).toString());
        Instant before = Instant.now();
        assertThat(run("metrics.crossplatform")).startsWith("Compared platforms on ");
        history.raise("tiktok", FIRST.plusDays(3), 1000);
        for (int day : new int[] {4, 8, 50, 92, 93, 94, 95}) {
            var row = ask(team, "new_followers", start(FIRST.plusDays(day)), start(FIRST.plusDays(day + 1))).stream()
                    .filter(found -> "tiktok".equals(found.get("platform")))
                    .findFirst()
                    .orElseThrow();
            close(
                    objects(row.get("days")).getFirst().get("zScore"),
                    zScore(
                            history.value("tiktok", FIRST.plusDays(day), FIRST.plusDays(day + 1)),
                            history.days("tiktok", FIRST.plusDays(day))));
            assertThat(Instant.parse(String.valueOf(row.get("asOf")))).isAfter(before);
        }
    }

    @Test
    void what_is_not_compared_yet_shows_in_as_of() {
        var team = team();
        var history = new History("new_followers", new Random(3), team);
        Instant recorded = Instant.now();
        run("metrics.crossplatform");
        record(
                team,
                List.of(Fixtures.sample(
                        "new_followers",
                        history.post(),
                        "tiktok",
                        5,
                        start(FIRST).plusSeconds(60).toString())));
        Instant between = Instant.now();
        var row = ask(team, "new_followers", start(FIRST), start(FIRST.plusDays(2)))
                .getFirst();
        assertThat(Instant.parse(String.valueOf(row.get("asOf")))).isBetween(recorded, between);
        run("metrics.crossplatform");
        row = ask(team, "new_followers", start(FIRST), start(FIRST.plusDays(2))).getFirst();
        assertThat(Instant.parse(String.valueOf(row.get("asOf")))).isAfter(between);
    }

    @Test
    void a_metric_read_in_another_way_is_compared_anew() {
        var team = team();
        var history = new History("followers", new Random(4), team);
        run("metrics.crossplatform");
        team.asOwner()
                .ask(
                        "mutation ($input: DefineMetricInput!) { defineMetric(input: $input) { definition { name } } }",
                        Map.of(
                                "input",
                                Map.of(
                                        "organization",
                                        team.id(),
                                        "name",
                                        "followers",
                                        "kind",
                                        "GAUGE",
                                        "defaultAggregation",
                                        "MAX")))
                .succeeded();
        run("metrics.crossplatform");
        for (var row : ask(team, "followers", start(FIRST), start(FIRST.plusDays(5)))) {
            String platform = String.valueOf(row.get("platform"));
            close(
                    row.get("value"),
                    history.readings(platform, FIRST, FIRST.plusDays(5))
                            .mapToDouble(Reading::value)
                            .max()
                            .orElseThrow());
            assertThat(row.get("share")).isNull();
        }
    }

    @Test
    void a_post_that_goes_takes_its_part_along() {
        var team = team();
        new History("new_followers", new Random(5), team);
        String other = team.post("Gone");
        record(
                team,
                List.of(Fixtures.sample(
                        "new_followers", other, "youtube", 5, start(FIRST).toString())));
        run("metrics.crossplatform");
        assertThat(ask(team, "new_followers", start(FIRST), start(FIRST.plusDays(1))))
                .hasSize(4);
        team.asOwner()
                .ask(
                        "mutation ($input: DeletePostInput!) { deletePost(input: $input) { deletedId } }",
                        Map.of("input", Map.of("id", other)))
                .succeeded();
        run("metrics.crossplatform");
        assertThat(ask(team, "new_followers", start(FIRST), start(FIRST.plusDays(1))))
                .hasSize(3);
    }

    @Test
    void an_organization_that_moves_is_compared_by_its_new_days() {
        var team = team();
        new History("new_followers", new Random(6), team);
        run("metrics.crossplatform");
        zone(team, "Asia/Kathmandu");
        assertThat(run("rollups.zones")).containsPattern("Rebuilt the days of metrics of [1-9]\\d* organizations\\.");
        ZoneId zone = ZoneId.of("Asia/Kathmandu");
        Instant from = FIRST.plusDays(5).atStartOfDay(zone).toInstant();
        var row = ask(team, "new_followers", from, from.plusSeconds(2 * 86_400)).getFirst();
        assertThat(objects(row.get("days")).stream().map(day -> Instant.parse(String.valueOf(day.get("at")))))
                .containsExactly(from, FIRST.plusDays(6).atStartOfDay(zone).toInstant());
    }

    @Test
    void strangers_are_not_part_of_it_and_see_nothing() {
        var team = team();
        new History("new_followers", new Random(7), team);
        run("metrics.crossplatform");
        var others = fixtures.team();
        assertThat(ask(others, "new_followers", start(FIRST), start(FIRST.plusDays(9))))
                .isEmpty();
        assertThat(others.asOwner()
                        .ask(QUESTION, variables(team, "new_followers", start(FIRST), start(FIRST.plusDays(9))))
                        .at("organization"))
                .isNull();
    }

    @Test
    void bad_questions_are_refused_by_name() {
        var team = team();
        var unknown = team.asOwner()
                .ask(QUESTION, variables(team, "nonsense", start(FIRST), start(FIRST.plusDays(9))))
                .failed("BAD_USER_INPUT");
        assertThat(unknown.argument()).isEqualTo("metric");
        assertThat(unknown.message()).contains("nonsense");
        team.asOwner()
                .ask(QUESTION, variables(team, "likes", start(FIRST), start(FIRST)))
                .failed("BAD_USER_INPUT");
    }

    @Test
    void jobs_say_what_they_did() {
        run("partitions.create");
        assertThat(run("partitions.create")).isEqualTo("Made 0 partitions.");
        assertThat(run("rollups.zones")).startsWith("Rebuilt the days of ");
        assertThat(run("metrics.crossplatform")).startsWith("Compared platforms on ");
        assertThat(run("metrics.crossplatform")).isEqualTo("Compared platforms on 0 days of metrics.");
    }

    @Test
    void drift_is_counted_and_healed() {
        var team = team();
        record(
                team,
                List.of(Fixtures.sample(
                        "likes", team.post("Drift"), "tiktok", 5, start(FIRST).toString())));
        String wrong = "select count(*) from metric_rollups where organization_id = ?::uuid and sum <> 5";
        superuser.execute("update metric_rollups set sum = 6 where organization_id = ?::uuid", Worlds.uuid(team.id()));
        double before =
                meters.counter("pulsegraph.rollup.drift", "rollup", "metrics").count();
        String message = "";
        for (int run = 0; run < 500 && superuser.number(wrong, Worlds.uuid(team.id())) > 0; run++) {
            message = run("rollups.audit");
        }
        assertThat(superuser.number(wrong, Worlds.uuid(team.id()))).isZero();
        assertThat(message).contains("differed and were corrected").contains("likes");
        assertThat(meters.counter("pulsegraph.rollup.drift", "rollup", "metrics")
                        .count())
                .isGreaterThanOrEqualTo(before + 2);
    }

    private String run(String job) {
        return jobs.get(job).run();
    }

    private Fixtures.Team team() {
        var team = fixtures.team();
        zone(team, ZONE.getId());
        run("rollups.zones");
        return team;
    }

    private static void zone(Fixtures.Team team, String zone) {
        team.asOwner()
                .ask(
                        "mutation ($id: ID!, $zone: String!) { updateOrganization(input: { id: $id, timeZone: $zone }) { organization { id } } }",
                        Map.of("id", team.id(), "zone", zone))
                .succeeded();
    }

    private static List<Map<String, @Nullable Object>> ask(
            Fixtures.Team team, String metric, Instant from, Instant to) {
        return objects(team.asOwner()
                .ask(QUESTION, variables(team, metric, from, to))
                .succeeded()
                .at("organization.crossPlatform"));
    }

    private static Map<String, Object> variables(Fixtures.Team team, String metric, Instant from, Instant to) {
        return Map.of(
                "slug", team.slug(), "metric", metric, "range", Map.of("from", from.toString(), "to", to.toString()));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, @Nullable Object>> objects(@Nullable Object list) {
        return (List<Map<String, @Nullable Object>>) java.util.Objects.requireNonNull(list);
    }

    private static Instant start(LocalDate day) {
        return day.atStartOfDay(ZONE).toInstant();
    }

    private static void record(Fixtures.Team team, List<Map<String, Object>> samples) {
        assertThat(team.asOwner()
                        .ask(
                                "mutation ($input: RecordMetricsInput!) { recordMetrics(input: $input) { rejected { reason } } }",
                                Map.of("input", Map.of("organization", team.id(), "samples", samples)))
                        .succeeded()
                        .list("recordMetrics.rejected"))
                .isEmpty();
    }

    private static void close(@Nullable Object got, @Nullable Double wanted) {
        if (wanted == null) {
            assertThat(got).isNull();
        } else {
            assertThat(got).isInstanceOf(Number.class);
            assertThat(((Number) java.util.Objects.requireNonNull(got)).doubleValue())
                    .isCloseTo(wanted, within(1e-9 * Math.max(1, Math.abs(wanted))));
        }
    }

    private static double sum(Stream<Double> values) {
        return values.mapToDouble(value -> value).sum();
    }

    private static @Nullable Double zScore(double value, List<Double> before) {
        if (before.size() < 7) {
            return null;
        }
        double mean = sum(before.stream()) / before.size();
        double squares =
                before.stream().mapToDouble(day -> (day - mean) * (day - mean)).sum();
        return (value - mean) / Math.sqrt(squares / (before.size() - 1));
    }

    private record Reading(int post, String platform, Instant at, double value, double growth) {}

    /** Random readings of two posts on three platforms, recorded; each day has some of each. */
    private static final class History {
        static final int POSTS = 2;

        private final String metric;
        private final List<Reading> readings = new ArrayList<>();
        private final List<String> posts = new ArrayList<>();

        History(String metric, Random random, Fixtures.Team team) {
            this.metric = metric;
            List<Map<String, Object>> samples = new ArrayList<>();
            for (int post = 0; post < POSTS; post++) {
                posts.add(team.post("Post " + post));
                for (String platform : PLATFORMS) {
                    Double last = null;
                    for (int day = 0; day < DAYS; day++) {
                        Instant begin = start(FIRST.plusDays(day));
                        long seconds = java.time.Duration.between(begin, start(FIRST.plusDays(day + 1)))
                                .toSeconds();
                        for (int part = 0; part < 2; part++) {
                            Instant at = begin.plusSeconds(part * seconds / 2 + random.nextLong(seconds / 2));
                            double value = random.nextInt(10_000) / 8.0;
                            readings.add(new Reading(
                                    post, platform, at, value, last == null || value < last ? value : value - last));
                            samples.add(Fixtures.sample(metric, posts.get(post), platform, value, at.toString()));
                            last = value;
                        }
                    }
                }
            }
            record(team, samples);
        }

        String post() {
            return posts.getFirst();
        }

        void raise(String platform, LocalDate day, double by) {
            readings.replaceAll(one -> one.platform().equals(platform)
                            && !one.at().isBefore(start(day))
                            && one.at().isBefore(start(day.plusDays(1)))
                    ? new Reading(one.post(), platform, one.at(), one.value() + by, one.growth())
                    : one);
        }

        Stream<Reading> readings(String platform, LocalDate from, LocalDate to) {
            return readings.stream()
                    .filter(one -> one.platform().equals(platform)
                            && !one.at().isBefore(start(from))
                            && one.at().isBefore(start(to)));
        }

        double value(String platform, LocalDate from, LocalDate to) {
            List<Reading> some = readings(platform, from, to).toList();
            return switch (metric) {
                case "likes" -> sum(some.stream().map(Reading::growth));
                case "engagement_rate" -> sum(some.stream().map(Reading::value)) / some.size();
                case "followers" -> {
                    Map<Integer, Reading> newest = new TreeMap<>();
                    some.forEach(one -> newest.merge(one.post(), one, (a, b) -> a.at().isAfter(b.at()) ? a : b));
                    yield sum(newest.values().stream().map(Reading::value));
                }
                default -> sum(some.stream().map(Reading::value));
            };
        }

        double mean(String platform, LocalDate from, LocalDate to) {
            List<Double> days = from.datesUntil(to)
                    .map(day -> value(platform, day, day.plusDays(1)))
                    .toList();
            return sum(days.stream()) / days.size();
        }

        /** Of the 90 days before. */
        List<Double> days(String platform, LocalDate day) {
            LocalDate begin = day.minusDays(90).isBefore(FIRST) ? FIRST : day.minusDays(90);
            return begin.datesUntil(day)
                    .map(one -> value(platform, one, one.plusDays(1)))
                    .toList();
        }
    }
}
