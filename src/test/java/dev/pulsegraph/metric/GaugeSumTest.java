package dev.pulsegraph.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A last value lasts: in a sum, what was not read counts with what it had before. */
@MicronautTest(transactional = false)
class GaugeSumTest {
    private static final String DAILY = "00000000-0000-4000-8000-00000000000a";
    private static final String WEEKLY = "00000000-0000-4000-8000-00000000000b";

    @Inject
    Fixtures fixtures;

    private Fixtures.Team team;

    @BeforeEach
    void readTwoAccounts() {
        team = fixtures.team();
        List<Map<String, Object>> samples = new ArrayList<>();
        for (int day = 0; day < 9; day++) {
            samples.add(followers(DAILY, "instagram", 1000 + day, day));
        }
        samples.add(followers(WEEKLY, "tiktok", 5000, 0));
        samples.add(followers(WEEKLY, "tiktok", 5100, 7));
        team.asOwner()
                .ask(
                        "mutation ($input: RecordMetricsInput!) { recordMetrics(input: $input) { written rejected { reason } } }",
                        Map.of("input", Map.of("organization", team.id(), "samples", samples)))
                .succeeded();
    }

    @Test
    void an_account_that_is_read_once_a_week_stays_in_the_sum() {
        assertThat(points(ask("2026-03-02", "2026-03-11", "")))
                .containsExactly(6000.0, 6001.0, 6002.0, 6003.0, 6004.0, 6005.0, 6006.0, 6107.0, 6108.0);
    }

    @Test
    void what_was_read_before_the_range_counts_in_it() {
        Answer answer = ask("2026-03-05", "2026-03-08", "");
        assertThat(points(answer)).containsExactly(6003.0, 6004.0, 6005.0);
        assertThat(number(answer, "organization.metrics.series.0.total")).isEqualTo(6005.0);
        assertThat(points(ask("2026-03-05T00:07", "2026-03-08", ""))).containsExactly(null, 6004.0, 6005.0);
    }

    @Test
    void a_point_at_which_nothing_is_read_is_empty() {
        assertThat(points(ask("2026-03-09", "2026-03-13", ""))).containsExactly(6107.0, 6108.0, null, null);
        assertThat(points(ask("2026-03-09", "2026-03-13", "fill: PREVIOUS")))
                .containsExactly(6107.0, 6108.0, 6108.0, 6108.0);
    }

    @Test
    void a_series_by_itself_is_only_what_was_read() {
        Answer answer = ask("2026-03-02", "2026-03-05", "groupBy: [PLATFORM]");
        assertThat(number(answer, "organization.metrics.series.0.total")).isEqualTo(5000.0);
        assertThat(points(answer)).containsExactly(5000.0, null, null);
    }

    @Test
    void the_other_period_carries_on_too() {
        Answer answer = ask("2026-03-08", "2026-03-11", "compareTo: PREVIOUS_PERIOD");
        assertThat(number(answer, "organization.metrics.series.0.comparison.total"))
                .isEqualTo(6005.0);
    }

    private Answer ask(String from, String to, String more) {
        return team.asOwner()
                .ask("{ organization(slug: \"" + team.slug()
                        + "\") { metrics(query: { metrics: [\"followers\"], granularity: DAY,"
                        + " timeZone: \"UTC\", range: { from: \"" + instant(from) + "\", to: \"" + instant(to) + "\" } "
                        + more
                        + " }) { series { total points { value } comparison { total } } } } }")
                .succeeded();
    }

    private static String instant(String at) {
        return at.contains("T") ? at + ":00Z" : at + "T00:00:00Z";
    }

    private static List<@Nullable Double> points(Answer answer) {
        List<@Nullable Double> values = new ArrayList<>();
        for (Object point : answer.list("organization.metrics.series.0.points")) {
            Object value = ((Map<?, ?>) point).get("value");
            values.add(value == null ? null : (Double) ((Number) value).doubleValue());
        }
        return values;
    }

    private static double number(Answer answer, String path) {
        return ((Number) Objects.requireNonNull(answer.at(path))).doubleValue();
    }

    private static Map<String, Object> followers(String account, String platform, double value, int day) {
        return Map.of(
                "metric",
                "followers",
                "entityType",
                "ACCOUNT",
                "entity",
                account,
                "platform",
                platform,
                "value",
                value,
                "recordedAt",
                "2026-03-%02dT00:05:00Z".formatted(2 + day));
    }
}
