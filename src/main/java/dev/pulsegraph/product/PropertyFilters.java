package dev.pulsegraph.product;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Limit;
import dev.pulsegraph.problem.Problem;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Conditions on the properties and the context of an event, all of which it must meet: each is one predicate of jsonpath, for
 * {@code properties @@ cast(:properties as jsonpath)}.
 *
 * @param properties null for no condition
 * @param context null for no condition
 */
public record PropertyFilters(
        @Nullable String properties, @Nullable String context) {
    public static final PropertyFilters NONE = new PropertyFilters(null, null);

    @Limit("property filters of an event filter or of a step")
    static final int MAX_FILTERS = 20;

    /** Reads the fields of each input {@code PropertyFilter}; of null there are none. */
    public static PropertyFilters of(String argument, @Nullable List<Map<String, @Nullable Object>> inputs) {
        if (inputs == null) {
            return NONE;
        }
        if (inputs.size() > MAX_FILTERS) {
            throw Problem.of(
                    ErrorCode.LIMIT_EXCEEDED,
                    argument,
                    inputs.size() + " property filters; at most " + MAX_FILTERS + " fit.");
        }
        List<PropertyFilter> filters = inputs.stream().map(PropertyFilter::of).toList();
        return new PropertyFilters(PropertyFilter.join(filters, false), PropertyFilter.join(filters, true));
    }
}
