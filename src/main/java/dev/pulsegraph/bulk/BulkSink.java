package dev.pulsegraph.bulk;

import dev.pulsegraph.batch.BatchResult;
import dev.pulsegraph.batch.InvalidItem;
import dev.pulsegraph.security.Caller;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One kind of thing that may be sent in bulk. A feature offers a bean of this type, and {@code POST /v1/<name>} is there.
 * Writing the same thing twice must leave it as once, for a client that saw no acknowledgement sends it again.
 *
 * @param <T> what a line becomes
 */
public interface BulkSink<T> {
    /** The last part of the address, such as {@code metrics}. */
    String name();

    /** The names of fields: the columns of CSV, the keys of NDJSON. */
    List<String> columns();

    /** The least role of those who may write any of it, who are asked for it before the body is read. */
    default String minRole() {
        return "editor";
    }

    /** How many bytes a line may have. */
    default int maxLine() {
        return LineSplitter.LONGEST;
    }

    /**
     * Reads the fields of a line, of which those that are absent or empty are missing. A value from CSV is a
     * {@code String}; one from NDJSON is what JSON has. A bad one is rejected with the
     * code that a mutation gives it too.
     */
    T parse(Map<String, @Nullable Object> line) throws InvalidItem;

    /**
     * Writes within the transaction of a chunk. What the database refuses as a whole is tried again in halves, until only
     * the bad items are left out; a target that finds them itself is faster.
     */
    BatchResult write(Caller caller, UUID organization, List<T> items);
}
