package dev.pulsegraph.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.support.PlanTest;
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
}
