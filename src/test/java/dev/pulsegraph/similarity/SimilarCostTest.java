package dev.pulsegraph.similarity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

/** What a search is estimated to read, in Java, is what it reads, in SQL. */
@MicronautTest(transactional = false)
class SimilarCostTest {
    @Inject
    Superuser superuser;

    @Test
    void as_many_chunks_of_an_entity_are_compared() {
        assertThat(superuser.text("select app.max_compared_chunks()"))
                .isEqualTo(Integer.toString(SimilarResolver.MAX_CHUNKS));
    }

    @Test
    void as_many_candidates_are_ranked() {
        assertThat(superuser.text(
                        "select prosrc from pg_proc where proname = 'similar' and pronamespace = 'app'::regnamespace"))
                .contains("greatest(%d, %d * o.first)"
                        .formatted(SimilarResolver.MIN_CANDIDATES, SimilarResolver.CANDIDATES_PER_MATCH));
    }
}
