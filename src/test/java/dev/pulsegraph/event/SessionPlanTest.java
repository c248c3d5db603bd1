package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.PlanTest;
import java.sql.SQLException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class SessionPlanTest extends PlanTest {
    private static final Map<String, String> ASKED = Map.of(
            "organizations",
            ORGANIZATIONS,
            "userCode",
            "'u1'",
            "from",
            "'2026-01-01T00:00:00Z'",
            "to",
            "'2026-12-31T00:00:00Z'",
            "id",
            SMALLEST,
            "limit",
            "51");

    @TestFactory
    Stream<DynamicTest> a_page_of_sessions_walks_its_index() {
        return Stream.of("listUp", "listDown")
                .flatMap(method -> Stream.of(6, 7)
                        .flatMap(parameters -> modes().map(mode -> DynamicTest.dynamicTest(
                                method
                                        + (parameters == 6 ? " of all sessions with " : " of sessions of a code with ")
                                        + mode,
                                () -> check(method, parameters, mode)))));
    }

    private static void check(String method, int parameters, String mode) throws SQLException {
        String plan =
                plan(new Statement(SessionRepository.class, method, parameters, fromTheFirst(ASKED, method)), mode);
        assertThat(plan)
                .contains(method.equals("listUp") ? "Index Scan using" : "Index Scan Backward using")
                .doesNotContain("Seq Scan on analytics")
                .doesNotContain("->  Sort");
        assertThat(plan.lines().filter(line -> line.contains("Index Cond") && line.contains("first_seen")))
                .as(plan)
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).contains("ROW("))
                .anySatisfy(line -> assertThat(line).contains(parameters == 6 ? "organization_id" : "user_code"));
    }
}
