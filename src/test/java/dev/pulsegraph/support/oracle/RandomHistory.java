package dev.pulsegraph.support.oracle;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What somebody does by chance, the same for the same seed but for what threads do. */
public abstract class RandomHistory {
    protected final Random random;
    private final long seed;

    protected RandomHistory(long seed) {
        this.seed = seed;
        random = new Random(seed);
    }

    /** Some seeds that are always the same, and some that are new each time; or the only one that a system property names. */
    public static LongStream seeds(String property, int same, int fresh) {
        Long only = Long.getLong(property);
        if (only != null) {
            return LongStream.of(only);
        }
        long first = System.nanoTime();
        return LongStream.concat(LongStream.rangeClosed(1, same), LongStream.range(first, first + fresh));
    }

    /** Does something and sees whether all is as it should be. */
    protected abstract void step();

    /** So many steps; whatever is wrong says which seed to try again, by which system property. */
    public final void run(int steps, String property) {
        for (int step = 1; step <= steps; step++) {
            try {
                step();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "Step %d of seed %d; again with -D%s=%d. %s"
                                .formatted(step, seed, property, seed, e.getMessage()),
                        e);
            }
        }
    }

    protected <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    protected @Nullable String maybe(List<String> list) {
        return random.nextBoolean() ? any(list) : null;
    }
}
