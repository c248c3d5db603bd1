package dev.pulsegraph.traffic;

import static dev.pulsegraph.support.StatementCounts.AROUND_A_QUERY;
import static dev.pulsegraph.support.StatementCounts.statements;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.PlantedTraffic;
import dev.pulsegraph.support.Worlds;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
class TrafficStatementTest {
    @Inject
    Fixtures fixtures;

    /** The zone, the days of both periods, each list, and the visitors of the share codes. */
    @Test
    void a_dashboard_takes_seven_however_many_days_and_codes_there_are() {
        var team = fixtures.team();
        String query = "{ organization(slug: \"" + team.slug()
                + "\") { dailyStats(range: { from: \"2025-01-01\", to: \"2025-12-31\" }) { timeZone days { date sessions visitors complete }"
                + " totals { sessions visitors } previousTotals { visitors } shareCodes(first: 50) { shareCode sessions visitors }"
                + " clickTargets { clicks } pages { views } contacts { sessions } } } }";
        traffic(team, 1, 1);
        assertThat(statements(team.asOwner(), query)).hasSize(AROUND_A_QUERY + 1 + 7);
        traffic(team, 50, 30);
        assertThat(statements(team.asOwner(), query)).hasSize(AROUND_A_QUERY + 1 + 7);
        assertThat(statements(
                        team.asOwner(),
                        query.replace("from: \"2025-01-01\", to: \"2025-12-31\"", "last: 12, unit: MONTH")))
                .as("today is read with the zone")
                .hasSize(AROUND_A_QUERY + 1 + 7);
        assertThat(team.asOwner().ask(query).list("organization.dailyStats.shareCodes"))
                .hasSize(50);
        String elsewhere = query.replace("2025-12-31\" })", "2025-12-31\" }, timeZone: \"Asia/Tokyo\")")
                .replace(" contacts { sessions }", "");
        team.asOwner().ask(elsewhere).succeeded();
        assertThat(statements(team.asOwner(), elsewhere))
                .as("days of another zone, but for contacts")
                .hasSize(AROUND_A_QUERY + 1 + 6);
    }

    /** As many as may have aliases; each also asked for the period before, and for its lists. */
    @Test
    void a_year_of_each_of_many_share_codes_takes_no_more_than_of_one() {
        var team = fixtures.team();
        traffic(team, 29, 12);
        List<Integer> counts = IntStream.of(1, 29)
                .map(codes -> statements(
                                team.asOwner(),
                                "{ organization(slug: \"" + team.slug() + "\") { "
                                        + IntStream.range(0, codes)
                                                .mapToObj(TrafficStatementTest::yearOfShareCode)
                                                .collect(Collectors.joining(" "))
                                        + " } }")
                        .size())
                .boxed()
                .toList();
        assertThat(counts).containsExactly(AROUND_A_QUERY + 4, AROUND_A_QUERY + 4);
    }

    @Test
    void what_a_dashboard_does_not_ask_is_not_read() {
        var team = fixtures.team();
        String query = "{ organization(slug: \"" + team.slug()
                + "\") { dailyStats(range: { from: \"2025-01-01\", to: \"2025-12-31\" }) { %s } } }";
        assertThat(statements(team.asOwner(), query.formatted("timeZone"))).hasSize(AROUND_A_QUERY + 2);
        assertThat(statements(team.asOwner(), query.formatted("totals { sessions }")))
                .hasSize(AROUND_A_QUERY + 2);
        assertThat(statements(team.asOwner(), query.formatted("pages { views }"))
                        .toString())
                .doesNotContain("analytics_daily_stats", "analytics_daily_contact_stats", "rollup_zones");
    }

    @Test
    void series_of_all_measures_take_one() {
        var team = fixtures.team();
        traffic(team, 3, 12);
        String one = "{ organization(slug: \"" + team.slug()
                + "\") { trafficSeries(query: { measures: [SESSIONS, VISITORS, BOUNCE_RATE],"
                + " range: { from: \"2025-01-01T00:00:00Z\", to: \"2026-01-01T00:00:00Z\" }, granularity: MONTH,"
                + " compareTo: PREVIOUS_YEAR }) { series { total } } } }";
        assertThat(team.asOwner().ask(one).succeeded().text("organization.trafficSeries.series.1.total"))
                .isEqualTo("36.0");
        assertThat(statements(team.asOwner(), one)).hasSize(AROUND_A_QUERY + 1 + 1);
    }

    private static String yearOfShareCode(int number) {
        return "a" + number
                + ": dailyStats(range: { from: \"2025-01-01\", to: \"2025-12-31\" }, userCode: \"ada\", shareCode: \"share-"
                + number
                + "\") { days { date sessions visitors } totals { pageViews visitors } previousTotals { sessions } clickTargets { clicks } }";
    }

    /** A visit a month of each code, each by a visitor of its own. */
    private static void traffic(Fixtures.Team team, int codes, int visits) {
        String organization = Worlds.uuid(team.id());
        for (String table : List.of(
                "analytics_daily_stats",
                "analytics_daily_user_stats",
                "analytics_daily_group_stats",
                "analytics_daily_contact_stats",
                "analytics_daily_click_targets",
                "analytics_daily_page_stats",
                "traffic_quarter_hours",
                "traffic_quarter_hour_clicks",
                "traffic_quarter_hour_pages")) {
            Worlds.executeAsSuperuser("delete from " + table + " where organization_id = '" + organization + "'");
        }
        var planted = new PlantedTraffic(team.id(), "UTC");
        for (int code = 0; code < codes; code++) {
            for (int visit = 0; visit < visits; visit++) {
                planted.add(PlantedTraffic.Visit.of(
                                "2025-%02d-10T00:00:00Z".formatted(1 + visit % 12), "v" + code + " " + visit)
                        .codes("ada", "share-" + code, "contact-" + code)
                        .clicks(Map.of("target-" + code, "other")));
            }
        }
        planted.store();
    }
}
