package dev.pulsegraph.mlfeature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.PlanTest;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class MlFeaturePlanTest extends PlanTest {
    private static final Statement FEATURES = new Statement(
            MlFeatureRepository.class,
            "listByEntities",
            6,
            Map.of("organizations", ORGANIZATIONS, "types", "'{post}'", "entities", ORGANIZATIONS, "first", "20"));

    @TestFactory
    Stream<DynamicTest> features_are_found_by_their_key() {
        return modes().map(mode -> DynamicTest.dynamicTest(
                mode,
                () -> assertThat(plan(FEATURES, mode))
                        .contains("ml_features_pkey")
                        .doesNotContain("Seq Scan on ml_features")));
    }
}
