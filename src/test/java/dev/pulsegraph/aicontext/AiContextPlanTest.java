package dev.pulsegraph.aicontext;

import dev.pulsegraph.support.PlanTest;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class AiContextPlanTest extends PlanTest {
    @TestFactory
    Stream<DynamicTest> a_page_of_ai_context_walks_its_index() {
        return Stream.of(true, false)
                .flatMap(up -> Stream.concat(
                        page(
                                up,
                                AiContextRepository.page(up, PLACE, null),
                                Map.of(),
                                "ai_context_logs_organization_id_created_at_idx"),
                        page(
                                up,
                                AiContextRepository.page(up, PLACE, "chat"),
                                Map.of("sourceType", "'chat'"),
                                "ai_context_logs_source_type_idx")));
    }
}
