package dev.pulsegraph.graphql.engine;

import dev.pulsegraph.problem.Outcome;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the fields of an operation want loaded: a batch a name, and each key once. For one thread. */
final class Batches {
    private final Map<String, Batch<?, ?>> batches = new LinkedHashMap<>();

    @SuppressWarnings("unchecked")
    <K, V> CompletableFuture<V> load(String name, K key, Function<Set<K>, Map<K, Outcome<V>>> load) {
        return ((Batch<K, V>) batches.computeIfAbsent(name, any -> new Batch<>(load))).want(key);
    }

    /** Loads what is wanted, and what that makes others want, until nothing is. */
    void run() {
        boolean again;
        do {
            again = false;
            for (Batch<?, ?> batch : List.copyOf(batches.values())) {
                again |= batch.run();
            }
        } while (again);
    }

    private static final class Batch<K, V> {
        private final Function<Set<K>, Map<K, Outcome<V>>> load;
        private final Map<K, CompletableFuture<V>> known = new HashMap<>();
        private Map<K, CompletableFuture<V>> wanted = new LinkedHashMap<>();

        Batch(Function<Set<K>, Map<K, Outcome<V>>> load) {
            this.load = load;
        }

        CompletableFuture<V> want(K key) {
            return known.computeIfAbsent(key, any -> {
                var answer = new CompletableFuture<V>();
                wanted.put(key, answer);
                return answer;
            });
        }

        /** Whether there was something to do. */
        boolean run() {
            if (wanted.isEmpty()) {
                return false;
            }
            Map<K, CompletableFuture<V>> now = wanted;
            wanted = new LinkedHashMap<>();
            try {
                Map<K, Outcome<V>> found = load.apply(now.keySet());
                now.forEach((key, answer) -> complete(answer, found.get(key)));
            } catch (RuntimeException | Error failure) {
                now.values().forEach(answer -> answer.completeExceptionally(failure));
            }
            return true;
        }

        private static <V> void complete(CompletableFuture<V> answer, @Nullable Outcome<V> outcome) {
            if (outcome != null && outcome.failure() != null) {
                answer.completeExceptionally(outcome.failure());
            } else {
                answer.complete(outcome == null ? null : outcome.value());
            }
        }
    }
}
