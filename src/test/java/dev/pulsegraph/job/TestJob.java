package dev.pulsegraph.job;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A job due every hour, of a name nobody else has, that counts how often it ran. */
final class TestJob implements Job {
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

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return "Tests.";
    }

    @Override
    public Duration interval() {
        return Duration.ofHours(1);
    }

    @Override
    public String run() {
        count.incrementAndGet();
        return work.get();
    }

    int count() {
        return count.get();
    }
}
