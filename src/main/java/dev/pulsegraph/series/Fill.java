package dev.pulsegraph.series;

import org.jspecify.annotations.Nullable;

/** What a point without samples says. */
public enum Fill {
    ZERO,
    NULL,
    PREVIOUS;

    /** What empty points say of an aggregation when nobody said. */
    static Fill defaultOf(Aggregation aggregation) {
        return aggregation.isZeroOfNothing() ? ZERO : NULL;
    }

    /** The value of an empty point; {@code before} is that of the point before, null for the first. */
    @Nullable
    Double value(@Nullable Double before) {
        return switch (this) {
            case ZERO -> 0.0;
            case NULL -> null;
            case PREVIOUS -> before;
        };
    }
}
