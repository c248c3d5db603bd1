package dev.pulsegraph.funnel;

import java.util.Locale;

/** How the steps of a funnel have to follow one another. */
public enum FunnelOrdering {
    ORDERED,
    STRICT,
    ANY;

    /** As columns have it. */
    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }
}
