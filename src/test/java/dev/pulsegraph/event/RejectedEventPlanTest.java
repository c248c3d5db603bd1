package dev.pulsegraph.event;

import dev.pulsegraph.support.PlanTest;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class RejectedEventPlanTest extends PlanTest {
    @TestFactory
    Stream<DynamicTest> a_page_of_rejected_events_walks_its_index() {
        return Stream.of(true, false)
                .flatMap(up -> page(up, RejectedEventPageRepository.page(up, PLACE), Map.of(), "rejected_events_pkey"));
    }
}
