package dev.pulsegraph.aicontext;

import dev.pulsegraph.support.PlanTest;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class AiContextPlanTest extends PlanTest {
    private static final Map<String, String> ASKED =
            Map.of("organizations", ORGANIZATIONS, "sourceType", "'chat'", "id", SMALLEST, "limit", "21");

    @TestFactory
    Stream<DynamicTest> a_page_of_ai_context_walks_its_index() {
        return Stream.of("listUp", "listDown")
                .flatMap(method -> Stream.of(
                        page(method, 4, "ai_context_logs_organization_id_created_at_idx"),
                        page(method, 5, "ai_context_logs_source_type_idx")))
                .flatMap(PlanTest::planned);
    }

    private static Statement page(String method, int parameters, String index) {
        return new Statement(
                AiContextRepository.class, method, parameters, fromTheFirst(ASKED, method), index, "(ROW(");
    }
}
