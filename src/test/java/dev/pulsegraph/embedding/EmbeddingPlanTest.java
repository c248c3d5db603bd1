package dev.pulsegraph.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.PlanTest;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class EmbeddingPlanTest extends PlanTest {
    private static final Statement OF_POSTS = new Statement(
            EmbeddingRepository.class,
            "listByPosts",
            4,
            Map.of(
                    "organizations",
                    ORGANIZATIONS,
                    "posts",
                    "'{" + USER + "}'",
                    "vectors",
                    "true",
                    "maxSize",
                    "1000000"));
    private static final Statement MODELS =
            new Statement(EmbeddingRepository.class, "listModels", 1, Map.of("organizations", ORGANIZATIONS));

    @TestFactory
    Stream<DynamicTest> embeddings_of_posts_are_found_by_their_keys() {
        return modes().flatMap(mode -> Stream.of(
                DynamicTest.dynamicTest(
                        "embeddings with " + mode,
                        () -> assertThat(plan(OF_POSTS, mode))
                                .contains("embeddings_entity_key", "embeddings_pkey")
                                .doesNotContain("Seq Scan on embeddings")),
                DynamicTest.dynamicTest(
                        "models with " + mode,
                        () -> assertThat(plan(MODELS, mode))
                                .contains("embeddings_space_idx")
                                .doesNotContain("Seq Scan on embeddings"))));
    }
}
