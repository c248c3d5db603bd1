package dev.pulsegraph.batch;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one item out of its fields, as clients send them: those of an input, of a line of JSON or of a line of CSV.
 *
 * @param <T> what an item becomes
 */
@FunctionalInterface
public interface ItemReader<T> {
    /** The item, unless something is wrong with it. */
    T read(Map<String, @Nullable Object> fields) throws InvalidItem;
}
