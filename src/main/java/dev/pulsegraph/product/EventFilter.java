package dev.pulsegraph.product;

import dev.pulsegraph.event.EventLimits;
import dev.pulsegraph.event.TrackType;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Limit;
import dev.pulsegraph.problem.Problem;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which events of an organization; null asks for nothing. Equal for equal questions.
 *
 * @param types as stored
 */
record EventFilter(
        @Nullable List<String> names,
        @Nullable List<String> types,
        @Nullable String userCode,
        @Nullable String shareCode,
        @Nullable String contactId,
        @Nullable String visitor,
        PropertyFilters where) {
    static final EventFilter NONE = new EventFilter(null, null, null, null, null, null, PropertyFilters.NONE);

    static final List<String> ALL_TYPES =
            Arrays.stream(TrackType.values()).map(TrackType::stored).toList();

    @Limit("names of an event filter")
    private static final int MAX_NAMES = 100;

    /** {@code user:} and a user id are longer than an id. */
    static final int MAX_VISITOR = EventLimits.MAX_ID + "session:".length();

    private static final String CONDITIONS = """
                and (cast(:names as text[]) is null or e.name = any (cast(:names as text[])))
                and (cast(:types as text[]) is null or e.type = any (cast(:types as text[])))
                and (cast(:userCode as text) is null or e.user_code = :userCode)
                and (cast(:shareCode as text) is null or e.share_code = :shareCode)
                and (cast(:contactId as text) is null or e.contact_id = :contactId)
                and (cast(:properties as text) is null or e.properties @@ cast(:properties as jsonpath))
                and (cast(:context as text) is null or e.context @@ cast(:context as jsonpath))
            """;
    /** All events of those who are the same visitor, by whichever of their names. */
    private static final String OF_VISITOR = """
                and e.canonical_visitor = coalesce((
                  select a.canonical_visitor from visitor_aliases a
                  where a.organization_id = e.organization_id and a.visitor = :visitor), :visitor)
            """;

    EventFilter {
        if (names != null && names.size() > MAX_NAMES) {
            throw Problem.of(
                    ErrorCode.LIMIT_EXCEEDED, "names", names.size() + " names; at most " + MAX_NAMES + " fit.");
        }
        names = names == null ? null : List.copyOf(names);
        types = types == null ? null : List.copyOf(types);
    }

    boolean isOfNamesAndTypes() {
        return equals(new EventFilter(names, types, null, null, null, null, PropertyFilters.NONE));
    }

    /** Conditions on {@code e}, a row of {@code product_events}. */
    String sql() {
        return visitor == null ? CONDITIONS : CONDITIONS + OF_VISITOR;
    }

    /** The parameters of {@link #sql}. */
    Map<String, @Nullable Object> values() {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("names", names);
        values.put("types", types);
        values.put("userCode", userCode);
        values.put("shareCode", shareCode);
        values.put("contactId", contactId);
        if (visitor != null) {
            values.put("visitor", visitor);
        }
        values.put("properties", where.properties());
        values.put("context", where.context());
        return values;
    }
}
