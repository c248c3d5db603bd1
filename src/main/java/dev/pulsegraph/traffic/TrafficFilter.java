package dev.pulsegraph.traffic;

import dev.pulsegraph.problem.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which part of an organization's traffic is asked for.
 *
 * @param userCode null for all traffic; so for the other codes
 * @param dimensions all of which must match
 */
public record TrafficFilter(
        @Nullable String userCode,
        @Nullable String shareCode,
        @Nullable String contactId,
        List<DimensionFilter> dimensions) {
    static final TrafficFilter NONE = new TrafficFilter(null, null, null, List.of());

    public TrafficFilter {
        dimensions = List.copyOf(dimensions);
        if (dimensions.size() > DimensionFilter.MAX_FILTERS) {
            throw Problem.badInput(
                    "dimensions",
                    dimensions.size() + " dimensions; at most " + DimensionFilter.MAX_FILTERS + " fit a filter.");
        }
    }

    /** Whether a dimension of a kind is asked for. */
    boolean isOf(TrafficDimension.Kind kind) {
        return dimensions.stream().anyMatch(filter -> filter.dimension().kind() == kind);
    }

    /** As parameters. */
    Map<String, @Nullable Object> codes() {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("userCode", userCode);
        values.put("shareCode", shareCode);
        values.put("contactId", contactId);
        return values;
    }

    /** The dimensions as statements read them, of a JSON array. */
    public List<Map<String, @Nullable Object>> conditions() {
        List<Map<String, @Nullable Object>> conditions = new ArrayList<>();
        for (DimensionFilter filter : dimensions) {
            Map<String, @Nullable Object> condition = new HashMap<>();
            condition.put("place", conditions.size());
            condition.put("dimension", filter.dimension().name());
            condition.put("of", filter.dimension().kind().name());
            condition.put("position", filter.dimension().position());
            condition.put("known", filter.in());
            conditions.add(condition);
        }
        return conditions;
    }
}
