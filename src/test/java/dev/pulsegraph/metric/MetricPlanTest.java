package dev.pulsegraph.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.support.PlanTest;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class MetricPlanTest extends PlanTest {
    private static final Statement POINTS = new Statement(
            MetricPointRepository.class,
            "listPoints",
            10,
            Map.ofEntries(
                    Map.entry("segments", """
                            '[{"organization_id": "%1$s", "metric": "likes", "comparison": false, "totals": true, "tier": 1440,
                               "from_at": "2026-01-01T00:00:00Z", "to_at": "2026-01-20T00:00:00Z"},
                              {"organization_id": "%1$s", "metric": "reach", "comparison": false, "totals": false, "tier": 1440,
                               "from_at": "2026-01-01T00:00:00Z", "to_at": "2026-01-20T00:00:00Z"}]'""".formatted(ORGANIZATION)),
                    Map.entry("edges", """
                            '[{"organization_id": "%s", "comparison": false,
                               "edges": ["2026-01-01T00:00:00Z", "2026-01-20T00:00:00Z"]}]'""".formatted(ORGANIZATION)),
                    Map.entry("owned", "false"),
                    Map.entry("byPlatform", "false"),
                    Map.entry("byEntity", "false"),
                    Map.entry("groups", "1")));
    private static final Read<?> DEFINITIONS = MetricRepository.definitions(Set.of(UUID.fromString(ORGANIZATION)));

    @TestFactory
    Stream<DynamicTest> metrics_are_found_by_their_keys() {
        return modes().flatMap(mode -> Stream.of(
                DynamicTest.dynamicTest(
                        "points with " + mode,
                        () -> assertThat(plan(POINTS, mode))
                                .contains("metric_totals_pkey", "metric_rollups_pkey", "on metric_series")
                                .doesNotContainPattern("Seq Scan on metric_(totals|rollups|series)")),
                DynamicTest.dynamicTest(
                        "definitions with " + mode,
                        () -> assertThat(plan(DEFINITIONS, Map.of("organizations", ORGANIZATIONS), mode))
                                .contains("metric_definitions_pkey")
                                .doesNotContain("Seq Scan on metric_definitions"))));
    }
}
