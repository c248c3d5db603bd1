package dev.pulsegraph.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.series.Periods;
import dev.pulsegraph.support.PlanTest;
import dev.pulsegraph.time.Granularity;
import dev.pulsegraph.time.TimeRange;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class TrafficPlanTest extends PlanTest {
    private static final String REQUEST = "{\"request\": %d, \"organization_id\": \"" + ORGANIZATION
            + "\", \"from_date\": \"2026-01-01\", \"to_date\": \"%s\", \"first\": 20%s}";
    private static final Map<String, String> ASKED = Map.of(
            "requests",
            "'["
                    + String.join(
                            ",",
                            REQUEST.formatted(1, "2026-12-31", ""),
                            REQUEST.formatted(2, "2026-01-31", ", \"user_code\": \"u1\""),
                            REQUEST.formatted(3, "2026-01-31", ", \"share_code\": \"s1-1\", \"category\": \"other\""),
                            REQUEST.formatted(4, "2026-01-31", ", \"contact_id\": \"u1s1-11\""))
                    + "]'",
            "limit",
            "1000");
    private static final Map<Read<?>, List<String>> INDEXES = Map.of(
            TrafficDayRepository.days("", 0),
            List.of(
                    "analytics_daily_stats_pkey",
                    "analytics_daily_user_stats_user_code_idx",
                    "analytics_daily_group_stats_share_code_idx",
                    "analytics_daily_contact_stats_contact_id_idx"),
            TrafficDayRepository.shareCodes(""),
            List.of(
                    "analytics_daily_group_stats_pkey",
                    "analytics_daily_group_stats_share_code_idx",
                    "analytics_daily_contact_stats_contact_id_idx"),
            TrafficDayRepository.clickTargets(""),
            List.of(
                    "traffic_daily_targets_pkey",
                    "analytics_daily_click_targets_pkey",
                    "analytics_daily_group_stats_share_code_idx"),
            TrafficDayRepository.pages(""),
            List.of(
                    "traffic_daily_pages_pkey",
                    "analytics_daily_page_stats_pkey",
                    "analytics_daily_group_stats_share_code_idx"),
            TrafficDayRepository.contacts(""),
            List.of(
                    "analytics_daily_contact_stats_pkey",
                    "analytics_daily_contact_stats_contact_id_idx",
                    "analytics_daily_group_stats_share_code_idx"));

    /** Whatever is asked, in any plan no table of days is read but by ranges of its indexes. */
    @TestFactory
    Stream<DynamicTest> days_of_traffic_are_found_by_their_keys() {
        return INDEXES.entrySet().stream()
                .flatMap(entry -> modes().map(mode ->
                        DynamicTest.dynamicTest(entry.getValue() + " with " + mode, () -> {
                            String plan = plan(entry.getKey(), ASKED, mode);
                            assertThat(plan)
                                    .contains(entry.getValue())
                                    .doesNotContain("Seq Scan on analytics", "Seq Scan on traffic")
                                    .contains("One-Time Filter");
                            // Every scan begins with more than the organization.
                            assertThat(plan.lines()
                                            .filter(line ->
                                                    line.contains("Index Cond") && line.contains("organization_id")))
                                    .as(plan)
                                    .isNotEmpty()
                                    .allSatisfy(line -> assertThat(line).contains("date", " AND "));
                        })));
    }

    /** A series of a year, the last days of it of quarters of an hour, and an end that only events know. */
    @TestFactory
    Stream<DynamicTest> series_of_traffic_are_ranges_of_keys() {
        TrafficQuery query = new TrafficQuery(
                List.of(TrafficMeasure.VISITORS),
                TrafficFilter.NONE,
                Periods.of(
                        new TimeRange(Instant.EPOCH, Instant.EPOCH.plusSeconds(1)),
                        Granularity.TOTAL,
                        ZoneOffset.UTC,
                        null));
        String segment =
                "{\"tier\": %d, \"comparison\": false, \"from_at\": \"2026-01-01\", \"to_at\": \"2026-02-01\", \"from_date\": \"2026-01-01\", \"to_date\": \"2026-02-01\"}";
        Map<String, String> asked = Map.of(
                "organizations",
                ORGANIZATIONS,
                "segments",
                "'[" + segment.formatted(1440) + ", " + segment.formatted(15) + ", " + segment.formatted(0) + "]'",
                "edges",
                "'[{\"comparison\": false, \"edges\": [\"2026-01-01\", \"2026-02-01\"]}]'",
                "zone",
                "'UTC'",
                "visitors",
                "'true'");
        return modes().map(mode -> DynamicTest.dynamicTest("series with " + mode, () -> {
            String plan = plan(TrafficSeriesRepository.read(List.of(), query, "", "", "", null), asked, mode);
            assertThat(plan)
                    .contains("analytics_daily_stats_pkey", "traffic_quarter_hours_pkey", "One-Time Filter")
                    .doesNotContain("Seq Scan on analytics", "Seq Scan on traffic");
            assertThat(plan.lines().filter(line -> line.contains("Index Cond") && line.contains("= p.organization_id")))
                    .as(plan)
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line).contains(" AND "));
        }));
    }
}
