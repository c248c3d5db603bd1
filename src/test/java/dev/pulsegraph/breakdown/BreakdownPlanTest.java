package dev.pulsegraph.breakdown;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.PlanTest;
import dev.pulsegraph.time.DateRange;
import dev.pulsegraph.traffic.DimensionFilter;
import dev.pulsegraph.traffic.TrafficDimension;
import dev.pulsegraph.traffic.TrafficFilter;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class BreakdownPlanTest extends PlanTest {
    private static final DateRange DAYS = new DateRange(LocalDate.parse("2026-03-01"), LocalDate.parse("2026-03-07"));
    private static final Map<String, String> ASKED = Map.of(
            "organizations",
            ORGANIZATIONS,
            "since",
            "'2026-02-22T00:00:00Z'",
            "from",
            "'2026-03-01T00:00:00Z'",
            "until",
            "'2026-03-08T00:00:00Z'",
            "first",
            "20",
            "position",
            "3",
            "conditions",
            "'[]'");

    /** Of views and clicks a range of their keys is read, once for both periods. */
    @TestFactory
    Stream<DynamicTest> raw_traffic_is_a_range_of_its_key() {
        return Stream.of(TrafficDimension.PATH, TrafficDimension.SOURCE, TrafficDimension.EXIT_PATH)
                .flatMap(by -> modes().flatMap(mode -> Stream.of(
                                List.<DimensionFilter>of(),
                                List.of(
                                        new DimensionFilter(TrafficDimension.CLICK_TARGET, List.of("a")),
                                        new DimensionFilter(TrafficDimension.EXIT_PATH, List.of("/")),
                                        new DimensionFilter(TrafficDimension.OS, List.of("iOS"))))
                        .map(filter -> DynamicTest.dynamicTest(
                                "by " + by + " of " + filter.size() + " dimensions with " + mode, () -> {
                                    var query = new BreakdownQuery(
                                            by, DAYS, ZoneOffset.UTC, new TrafficFilter(null, null, null, filter), 20);
                                    String plan = plan(BreakdownRepository.values(List.of(), query, ""), ASKED, mode);
                                    assertThat(plan)
                                            .doesNotContain(
                                                    "Seq Scan on analytics_page_views", "Seq Scan on analytics_clicks");
                                    assertThat(plan.lines()
                                                    .filter(line -> line.contains("Index Cond")
                                                            && (line.contains("first_seen")
                                                                    || line.contains("viewed_at")
                                                                    || line.contains("clicked_at"))))
                                            .as(plan)
                                            .isNotEmpty()
                                            .allSatisfy(line -> assertThat(line).contains("organization_id"));
                                }))));
    }
}
