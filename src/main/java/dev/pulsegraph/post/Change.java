package dev.pulsegraph.post;

import org.jspecify.annotations.Nullable;

/**
 * A change of a value for which null is a value too.
 *
 * @param given whether it is to change at all
 * @param value what to
 */
record Change<T>(boolean given, @Nullable T value) {
    @Nullable
    T or(@Nullable T before) {
        return given ? value : before;
    }
}
