package dev.pulsegraph.traffic;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.support.Superuser;
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
    private static final int STEPS = 28;

    @Inject
    EventWriter writer;

    @Inject
    OperationTransaction transaction;

    @Inject
    Superuser superuser;

    static LongStream seeds() {
        Long only = Long.getLong("traffic.seed");
        if (only != null) {
            return LongStream.of(only);
        }
        long fresh = System.nanoTime();
        return LongStream.concat(LongStream.rangeClosed(1, 16), LongStream.range(fresh, fresh + 4));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void every_row_is_what_a_recount_gives(long seed) {
        var history = new TrafficHistory(seed, new WrittenTrafficWorld(writer, transaction, superuser));
        for (int step = 1; step <= STEPS; step++) {
            try {
                history.step();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "Step %d of seed %d; again with -Dtraffic.seed=%d. %s"
                                .formatted(step, seed, seed, e.getMessage()),
                        e);
            }
        }
    }
}
