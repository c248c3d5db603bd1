package dev.pulsegraph.annotation;

import dev.pulsegraph.support.PlanTest;
import dev.pulsegraph.time.DateRange;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class AnnotationPlanTest extends PlanTest {
    @TestFactory
    Stream<DynamicTest> annotations_of_days_walk_their_index() {
        return planned(
                "annotations",
                AnnotationRepository.list(
                        List.of(UUID.fromString(ORGANIZATION)),
                        new DateRange(LocalDate.of(2026, 1, 3), LocalDate.of(2026, 1, 9))),
                Map.of("organizations", ORGANIZATIONS, "from", "'2026-01-03'", "to", "'2026-01-09'"),
                "annotations_organization_id_happened_on_idx",
                "happened_on >=");
    }
}
