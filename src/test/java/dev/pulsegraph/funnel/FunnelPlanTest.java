package dev.pulsegraph.funnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.PlanTest;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A funnel is one scan, one sort and one walk, whatever the number of its steps. */
class FunnelPlanTest extends PlanTest {
    private static final Pattern SCAN = Pattern.compile("Scan[^\\n]* on (analytics_\\w+)");

    @Test
    void each_table_of_events_is_read_once_for_ten_steps_with_breakdown_and_previous_period() throws SQLException {
        String events =
                texts(IntStream.range(0, 10).mapToObj(i -> "\"n" + i + "\"").toList());
        String plan = plan(scan(events, texts(List.of("\"/p%\""))));
        List<String> tables = SCAN.matcher(plan)
                .results()
                .map(MatchResult::group)
                .map(FunnelPlanTest::table)
                .toList();
        assertThat(tables).as(plan).isNotEmpty().doesNotHaveDuplicates();
        assertThat(plan.split("Sort Key", -1)).as(plan).hasSize(2);
        // What is constant is gone: a step that is not there is not compared.
        assertThat(plan).doesNotContain("step_matches", "funnel_bits");
    }

    @Test
    void a_table_that_no_step_is_of_is_not_read() throws SQLException {
        String plan = plan(scan(texts(List.of("\"n0\"", "\"n1\"")), texts(List.of())));
        assertThat(plan).contains("analytics_events").doesNotContain("on analytics_page_views");
    }

    private static String table(String scan) {
        return scan.substring(scan.lastIndexOf(' ') + 1);
    }

    private static String texts(List<String> texts) {
        return IntStream.range(0, 15)
                .mapToObj(i -> i < texts.size() ? texts.get(i) : "null")
                .toList()
                .toString();
    }

    private static String scan(String events, String paths) {
        String none = texts(List.of());
        return """
                {"events": %s, "paths": %s, "targets": %s, "properties": %s, "contexts": %s, "steps": 10, "ordering": "ordered", "length": 3600000000,
                 "from": "2026-01-10T00:00:00Z", "to": "2026-01-20T00:00:00Z", "previous_from": "2026-01-01T00:00:00Z",
                 "previous_to": "2026-01-10T00:00:00Z", "spans": ["2026-01-01T00:00:00Z", "2026-01-20T01:00:00Z"],
                 "dimension": "userCode", "keys": []}""".formatted(events, paths, none, none, none);
    }

    private static String plan(String scan) throws SQLException {
        return planInside(
                "select count(*) from app.funnel_attempts('" + ORGANIZATION + "', '" + scan + "')", "array_agg");
    }
}
