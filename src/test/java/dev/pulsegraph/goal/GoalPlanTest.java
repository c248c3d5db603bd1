package dev.pulsegraph.goal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.PlanTest;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Conversions of all goals, and of the days before, are one scan of the events. */
class GoalPlanTest extends PlanTest {
    private static final Pattern SCAN = Pattern.compile("Scan[^\\n]* on (analytics_\\w+)");

    @Test
    void each_table_of_events_is_read_once_for_all_goals_and_the_days_before() throws SQLException {
        String plan = plan("""
                {"goals": [
                   {"event": "a", "path": null, "target": null, "properties": "$.\\"plan\\" == \\"pro\\"", "context": null, "of_context": false, "keys": ["total"]},
                   {"event": null, "path": "/a%", "target": null, "properties": null, "context": null, "of_context": false, "keys": null}],
                 "from": "2026-01-01T00:00:00Z", "edge": "2026-01-10T00:00:00Z", "to": "2026-01-20T00:00:00Z"}""");
        List<String> tables = SCAN.matcher(plan)
                .results()
                .map(MatchResult::group)
                .map(scan -> scan.substring(scan.lastIndexOf(' ') + 1))
                .toList();
        assertThat(tables).as(plan).isNotEmpty().doesNotHaveDuplicates();
        // Goals are compared only with events of their name or target, and with views.
        assertThat(plan)
                .contains("CTE Scan on named", "CTE Scan on targeted", "Function Scan on unnest")
                .doesNotContain("step_matches");
    }

    private static String plan(String scan) throws SQLException {
        return planInside(
                "select count(*) from app.count_conversions('" + ORGANIZATION + "', '" + scan + "')", "analytics_");
    }
}
