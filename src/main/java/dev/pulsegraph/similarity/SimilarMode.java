package dev.pulsegraph.similarity;

import java.util.Locale;

/** By what it is found. */
public enum SimilarMode {
    VECTOR,
    KEYWORD,
    HYBRID;

    /** As {@code app.similar} calls it. */
    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }
}
