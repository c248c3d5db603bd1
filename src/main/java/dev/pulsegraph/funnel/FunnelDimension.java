package dev.pulsegraph.funnel;

import dev.pulsegraph.product.PropertyPath;
import java.util.List;
import java.util.Set;

/**
 * What visitors are told apart by: something of the first event of their attempt.
 *
 * @param kind a column of an event, {@code properties} or {@code context}
 * @param keys the path into these
 */
record FunnelDimension(String kind, List<String> keys) {
    private static final Set<String> COLUMNS = Set.of("userCode", "shareCode", "contactId", "pageType");

    static FunnelDimension of(String text) {
        if (COLUMNS.contains(text)) {
            return new FunnelDimension(text, List.of());
        }
        PropertyPath path = PropertyPath.of("breakdown", text);
        return new FunnelDimension(path.ofContext() ? "context" : "properties", path.keys());
    }
}
