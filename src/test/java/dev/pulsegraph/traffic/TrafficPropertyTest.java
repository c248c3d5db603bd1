package dev.pulsegraph.traffic;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.event.EventWriter;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.oracle.RandomHistory;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * After whatever events were told, in whatever order, however often and by however many at once: every row of every table
 * of traffic is what a recount of all events gives. 560 cases, a few of them new each time. One is seen again with
 * {@code -Dtraffic.seed=}.
 */
@MicronautTest(transactional = false)
class TrafficPropertyTest {
    private static final String SEED = "traffic.seed";
    private static final int STEPS = 28;

    @Inject
    EventWriter writer;

    @Inject
    OperationTransaction transaction;

    @Inject
    Superuser superuser;

    static LongStream seeds() {
        return RandomHistory.seeds(SEED, 16, 4);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void every_row_is_what_a_recount_gives(long seed) {
        new TrafficHistory(seed, new WrittenTrafficWorld(writer, transaction, superuser)).run(STEPS, SEED);
    }
}
