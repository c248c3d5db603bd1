package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.PlanTest;
import java.sql.SQLException;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class SessionPlanTest extends PlanTest {
    private static final Map<String, String> ASKED =
            Map.of("userCode", "'u1'", "from", "'2026-01-01T00:00:00Z'", "to", "'2026-12-31T00:00:00Z'");

    @TestFactory
    Stream<DynamicTest> a_page_of_sessions_walks_its_index() {
        return Stream.of(true, false)
                .flatMap(up -> modes().flatMap(mode -> Stream.of(
                        DynamicTest.dynamicTest(
                                (up ? "up" : "down") + " all sessions with " + mode, () -> check(up, null, mode)),
                        DynamicTest.dynamicTest(
                                (up ? "up" : "down") + " sessions of a code with " + mode,
                                () -> check(up, "u1", mode)))));
    }

    private static void check(boolean up, @Nullable String userCode, String mode) throws SQLException {
        String plan = plan(SessionRepository.page(up, PLACE, "", "", userCode), fromTheFirst(ASKED, up), mode);
        assertThat(plan)
                .contains(up ? "Index Scan using" : "Index Scan Backward using")
                .doesNotContain("Seq Scan on analytics")
                .doesNotContain("->  Sort");
        assertThat(plan.lines().filter(line -> line.contains("Index Cond") && line.contains("first_seen")))
                .as(plan)
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).contains("ROW("))
                .anySatisfy(line -> assertThat(line).contains(userCode == null ? "organization_id" : "user_code"));
    }
}
