package dev.pulsegraph.support;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** Does several things at the same moment, each in a thread of its own. */
public final class Concurrently {
    private Concurrently() {}

    /** Answers what they answered, in their order. */
    public static <T> List<T> call(Stream<Callable<T>> things) {
        List<Callable<T>> list = things.toList();
        var barrier = new CyclicBarrier(list.size());
        try (var threads = Executors.newFixedThreadPool(list.size())) {
            return list.stream()
                    .map(thing -> threads.submit(() -> {
                        barrier.await();
                        return thing.call();
                    }))
                    .toList()
                    .stream()
                    .map(future -> {
                        try {
                            return future.get();
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .toList();
        }
    }
}
