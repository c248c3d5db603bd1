package dev.pulsegraph.batch;

import dev.pulsegraph.problem.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Items that were sent together. Those that can be read are written; the others are rejected, each by its index among all
 * that were sent. Whoever writes counts only what it is given: what it refuses is renumbered here.
 *
 * @param <T> what an item becomes when it is read
 */
public final class Batch<T> {
    private final List<T> items = new ArrayList<>();
    /** The index of each item. */
    private final List<Integer> indexes = new ArrayList<>();

    private final List<Rejection> rejected = new ArrayList<>();

    /** Items that nobody has to read. */
    public static <T> Batch<T> of(List<T> items) {
        var batch = new Batch<T>();
        items.forEach(item -> batch.add(() -> item));
        return batch;
    }

    /** What can be read of the items that were sent, given by their fields. */
    public static <T> Batch<T> read(List<Map<String, @Nullable Object>> sent, ItemReader<T> reader) {
        var batch = new Batch<T>();
        for (Map<String, @Nullable Object> fields : sent) {
            batch.add(() -> reader.read(fields));
        }
        return batch;
    }

    /** Reads the next item. */
    public void add(Source<T> source) {
        int index = size();
        try {
            items.add(source.read());
            indexes.add(index);
        } catch (InvalidItem invalid) {
            rejected.add(new Rejection(index, invalid.code(), invalid.reason()));
        } catch (Problem problem) {
            rejected.add(Rejection.of(index, problem));
        }
    }

    /** How many items were sent, good or bad. */
    public int size() {
        return items.size() + rejected.size();
    }

    /** Those that could be read. */
    public List<T> items() {
        return Collections.unmodifiableList(items);
    }

    /** The index that one of {@link #items} has among all that were sent. */
    public int index(int place) {
        return indexes.get(place);
    }

    /** Those that could not be read. */
    public List<Rejection> rejected() {
        return Collections.unmodifiableList(rejected);
    }

    /**
     * What became of all that were sent. Of the items, those that were neither written nor refused were there already.
     *
     * @param refused by whoever wrote, each by its place in {@link #items}
     */
    public BatchResult result(int written, List<Rejection> refused) {
        return new BatchResult(
                written,
                items.size() - written - refused.size(),
                Stream.concat(
                                rejected.stream(),
                                refused.stream().map(rejection -> rejection.at(index(rejection.index()))))
                        .sorted(Comparator.comparingInt(Rejection::index))
                        .toList());
    }

    /** Where an item comes from. */
    @FunctionalInterface
    public interface Source<T> {
        T read() throws InvalidItem;
    }
}
