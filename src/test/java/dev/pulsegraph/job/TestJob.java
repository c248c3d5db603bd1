package dev.pulsegraph.job;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A job due every hour, of a name nobody else has, that counts how often it ran. */
final class TestJob {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String name = "test."
            + (Integer.toString(NUMBER.incrementAndGet()) + System.nanoTime())
                    .chars()
                    .collect(
                            StringBuilder::new, (text, digit) -> text.append((char) (digit - '0' + 'a')), (a, b) -> {});
    private final AtomicInteger count = new AtomicInteger();
    private final Supplier<String> work;

    TestJob(Supplier<String> work) {
        this.work = work;
    }

    String name() {
        return name;
    }

    Job job() {
        return new Job(name, "Tests.", Duration.ofHours(1), () -> {
            count.incrementAndGet();
            return work.get();
        });
    }

    int count() {
        return count.get();
    }
}
