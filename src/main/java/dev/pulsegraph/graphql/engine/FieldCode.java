package dev.pulsegraph.graphql.engine;

import io.micrometer.core.instrument.Timer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The code that answers a field.
 *
 * @param answer the value, or a future of one
 * @param timer of what takes time; null for {@link Kind#VALUE}
 */
public record FieldCode(
        Function<FieldCall, @Nullable Object> answer,
        @Nullable Timer timer,
        Kind kind) {

    /** What it does to answer. */
    public enum Kind {
        /** No more than make something of the object. */
        VALUE,
        /** No more than declare what is to be read: {@link FieldCall#read}. */
        READ,
        /** Whatever it takes. */
        LOAD
    }
}
