package dev.pulsegraph.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.PlanTest;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class TrafficPlanTest extends PlanTest {
    private static final Map<String, String> ASKED = Map.of(
            "organizations",
            "'{%1$s,%1$s,%1$s,%1$s}'".formatted(ORGANIZATION),
            "froms",
            "'{2026-01-01,2026-01-01,2026-01-01,2026-01-01}'",
            "tos",
            "'{2026-12-31,2026-01-31,2026-01-31,2026-01-31}'",
            "userCodes",
            "'{\"\",=u1,\"\",\"\"}'",
            "shareCodes",
            "'{\"\",\"\",=s1-1,\"\"}'",
            "contactIds",
            "'{\"\",\"\",\"\",=u1s1-11}'",
            "extras",
            "'{20,20,20,20}'",
            "categories",
            "'{\"\",\"\",other,\"\"}'",
            "most",
            "1000");
    private static final Map<String, List<String>> INDEXES = Map.of(
            "listDays",
            List.of(
                    "analytics_daily_stats_pkey",
                    "analytics_daily_user_stats_user_code_idx",
                    "analytics_daily_group_stats_share_code_idx",
                    "analytics_daily_contact_stats_contact_id_idx"),
            "listShareCodes",
            List.of(
                    "analytics_daily_group_stats_pkey",
                    "analytics_daily_group_stats_share_code_idx",
                    "analytics_daily_contact_stats_contact_id_idx"),
            "listClickTargets",
            List.of("analytics_daily_click_targets_pkey", "analytics_daily_group_stats_share_code_idx"),
            "listPages",
            List.of("analytics_daily_page_stats_pkey", "analytics_daily_group_stats_share_code_idx"),
            "listContacts",
            List.of(
                    "analytics_daily_contact_stats_pkey",
                    "analytics_daily_contact_stats_contact_id_idx",
                    "analytics_daily_group_stats_share_code_idx"));

    /** Whatever is asked, in any plan no table of days is read but by ranges of its indexes. */
    @TestFactory
    Stream<DynamicTest> days_of_traffic_are_found_by_their_keys() {
        return INDEXES.entrySet().stream()
                .flatMap(entry -> modes().map(mode -> DynamicTest.dynamicTest(entry.getKey() + " with " + mode, () -> {
                    String plan = plan(days(entry.getKey()), mode);
                    assertThat(plan)
                            .contains(entry.getValue())
                            .doesNotContain("Seq Scan on analytics")
                            .contains("One-Time Filter");
                    // Every scan begins with more than the organization.
                    assertThat(plan.lines()
                                    .filter(line -> line.contains("Index Cond") && line.contains("organization_id")))
                            .as(plan)
                            .isNotEmpty()
                            .allSatisfy(line -> assertThat(line).contains("date", " AND "));
                })));
    }

    private static Statement days(String method) {
        return new Statement(
                TrafficDayRepository.class,
                method,
                List.of("listClickTargets", "listDays").contains(method) ? 8 : 7,
                ASKED);
    }
}
