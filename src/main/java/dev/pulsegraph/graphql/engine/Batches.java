package dev.pulsegraph.graphql.engine;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.problem.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the fields of an operation want loaded: a batch for all that is equal, and each key once. What was declared as
 * {@link Read}s is sent together; when that fails, each is loaded alone. For one thread.
 */
final class Batches {
    private final Execution execution;
    private final Map<Object, Map<?, ?>> ahead;
    private final Map<Object, Batch<?, ?>> batches = new LinkedHashMap<>();

    /** @param ahead what {@link #declared} answered before anything was wanted, by batch and key */
    Batches(Execution execution, Map<Object, Map<?, ?>> ahead) {
        this.execution = execution;
        this.ahead = ahead;
    }

    /**
     * @param together equal for what is loaded together
     * @param load loads it alone
     * @param read says how it is read; null for what has to be loaded alone
     */
    @SuppressWarnings("unchecked")
    <K, V> CompletableFuture<V> load(
            Object together,
            K key,
            Function<Set<K>, Map<K, Outcome<V>>> load,
            @Nullable Function<Set<K>, Read<Map<K, V>>> read) {
        var batch = (Batch<K, V>) batches.computeIfAbsent(together, any -> new Batch<>(load, read));
        return batch.want(key, (Map<K, V>) ahead.get(together));
    }

    /** What is wanted and was declared, by batch; what is not found is answered as null. */
    Map<Object, Read<?>> declared() {
        Map<Object, Read<?>> declared = new LinkedHashMap<>();
        batches.forEach((together, batch) -> {
            if (batch.isDeclared()) {
                declared.put(together, batch.completeDeclaration());
            }
        });
        return declared;
    }

    /**
     * Loads what is wanted, and what that makes others want, until nothing is.
     *
     * @param isLast whether all of it is declared and nothing will be wanted after it
     */
    void run(boolean isLast) {
        List<Batch<?, ?>> wanted = wanted();
        while (!wanted.isEmpty()) {
            readTogether(wanted.stream().filter(Batch::isDeclared).toList(), isLast);
            wanted.forEach(Batch::run);
            wanted = wanted();
        }
    }

    private List<Batch<?, ?>> wanted() {
        List<Batch<?, ?>> wanted = new ArrayList<>();
        for (Batch<?, ?> batch : batches.values()) {
            if (batch.isWanted()) {
                wanted.add(batch);
            }
        }
        return wanted;
    }

    private void readTogether(List<Batch<?, ?>> declared, boolean isLast) {
        if (declared.isEmpty() || (declared.size() == 1 && !isLast)) {
            return;
        }
        List<Outcome<?>> found;
        try {
            List<Read<?>> reads = new ArrayList<>();
            declared.forEach(batch -> reads.add(batch.declaration()));
            found = execution.readAll(reads, isLast);
        } catch (RuntimeException eachIsTriedAlone) {
            execution.requireWhole();
            return;
        }
        for (int i = 0; i < found.size(); i++) {
            declared.get(i).complete(found.get(i));
        }
    }

    private static final class Batch<K, V> {
        private final Function<Set<K>, Map<K, Outcome<V>>> load;
        private final @Nullable Function<Set<K>, Read<Map<K, V>>> read;
        private final Map<K, CompletableFuture<V>> known = new HashMap<>();
        private Map<K, CompletableFuture<V>> wanted = new LinkedHashMap<>();

        Batch(Function<Set<K>, Map<K, Outcome<V>>> load, @Nullable Function<Set<K>, Read<Map<K, V>>> read) {
            this.load = load;
            this.read = read;
        }

        CompletableFuture<V> want(K key, @Nullable Map<K, V> ahead) {
            return known.computeIfAbsent(key, any -> {
                if (ahead != null && ahead.containsKey(key)) {
                    return CompletableFuture.completedFuture(ahead.get(key));
                }
                var answer = new CompletableFuture<V>();
                wanted.put(key, answer);
                return answer;
            });
        }

        boolean isWanted() {
            return !wanted.isEmpty();
        }

        boolean isDeclared() {
            return read != null && isWanted();
        }

        Read<Map<K, V>> declaration() {
            return Objects.requireNonNull(read).apply(wanted.keySet());
        }

        Read<Map<K, @Nullable V>> completeDeclaration() {
            List<K> keys = List.copyOf(wanted.keySet());
            return declaration().map(found -> {
                Map<K, @Nullable V> all = new HashMap<>(found);
                keys.forEach(key -> all.putIfAbsent(key, null));
                return all;
            });
        }

        void complete(Outcome<?> outcome) {
            Map<K, CompletableFuture<V>> now = take();
            if (outcome.failure() != null) {
                now.values().forEach(answer -> answer.completeExceptionally(outcome.failure()));
                return;
            }
            var found = (Map<?, ?>) outcome.get();
            now.forEach((key, answer) -> {
                @SuppressWarnings("unchecked")
                V value = (V) found.get(key);
                answer.complete(value);
            });
        }

        void run() {
            if (!isWanted()) {
                return;
            }
            Map<K, CompletableFuture<V>> now = take();
            try {
                Map<K, Outcome<V>> found = load.apply(now.keySet());
                now.forEach((key, answer) -> complete(answer, found.get(key)));
            } catch (RuntimeException | Error failure) {
                now.values().forEach(answer -> answer.completeExceptionally(failure));
            }
        }

        private Map<K, CompletableFuture<V>> take() {
            Map<K, CompletableFuture<V>> now = wanted;
            wanted = new LinkedHashMap<>();
            return now;
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
