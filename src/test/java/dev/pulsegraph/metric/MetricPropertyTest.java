package dev.pulsegraph.metric;

import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.oracle.RandomHistory;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * After whatever was written, corrected and deleted, in whatever order and by however many at once: every tier is what a
 * recount of the samples gives, and every answer is what a look at every sample gives. 1,040 cases, a few of them new each time. One is
 * seen again with {@code -Dmetric.seed=}.
 */
@MicronautTest(transactional = false)
class MetricPropertyTest {
    private static final String SEED = "metric.seed";
    private static final int STEPS = 26;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    static LongStream seeds() {
        return RandomHistory.seeds(SEED, 30, 10);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void rollups_and_answers_are_what_a_recount_gives(long seed) {
        new MetricHistory(seed, fixtures, superuser).run(STEPS, SEED);
    }
}
