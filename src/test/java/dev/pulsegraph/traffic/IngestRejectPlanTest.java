package dev.pulsegraph.traffic;

import dev.pulsegraph.support.PlanTest;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class IngestRejectPlanTest extends PlanTest {
    @TestFactory
    Stream<DynamicTest> a_page_of_rejected_events_walks_its_index() {
        return Stream.of(
                        page(IngestRejectPageRepository.class, "listUp", "'-infinity'", "ingest_rejects_pkey"),
                        page(IngestRejectPageRepository.class, "listDown", "'infinity'", "ingest_rejects_pkey"))
                .flatMap(PlanTest::planned);
    }
}
