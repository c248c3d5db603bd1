package dev.pulsegraph.graphql.engine;

import io.micrometer.core.instrument.Timer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The code that answers a field.
 *
 * @param answer the value, or a future of one
 * @param timer of what takes time; null for what is no more than reading a property
 * @param isRead whether the answer does no more than declare what is to be read, and so can before a transaction begins
 */
public record FieldCode(
        Function<FieldCall, @Nullable Object> answer,
        @Nullable Timer timer,
        boolean isRead) {}
