package dev.pulsegraph.problem;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What came of one of many things that were asked together: a value, or why there is none.
 *
 * @param value null when there is no such thing, or a failure
 */
public record Outcome<V>(@Nullable V value, @Nullable RuntimeException failure) {

    public static <V> Outcome<V> of(@Nullable V value) {
        return new Outcome<>(value, null);
    }

    public static <V> Outcome<V> failed(RuntimeException failure) {
        return new Outcome<>(null, failure);
    }

    /** The value, or the problem in it; any other failure is not that of one thing alone, and is thrown. */
    public static <V> Outcome<V> judge(Supplier<@Nullable V> work) {
        try {
            return of(work.get());
        } catch (Problem problem) {
            return failed(problem);
        }
    }

    /** The outcomes of things none of which failed. */
    public static <K, V> Map<K, Outcome<V>> all(Map<K, V> values) {
        Map<K, Outcome<V>> outcomes = HashMap.newHashMap(values.size());
        values.forEach((key, value) -> outcomes.put(key, of(value)));
        return outcomes;
    }

    public boolean isFailure() {
        return failure != null;
    }

    /** The value of what did not fail and is there. */
    public V get() {
        if (failure != null) {
            throw failure;
        }
        return Objects.requireNonNull(value);
    }
}
