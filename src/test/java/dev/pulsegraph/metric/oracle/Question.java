package dev.pulsegraph.metric.oracle;

import dev.pulsegraph.metric.oracle.Definition.Aggregation;
import dev.pulsegraph.support.oracle.Granularity;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A question about metrics. What is null, or an empty list, is not said. */
public record Question(
        List<String> metrics,
        @Nullable String entityType,
        List<UUID> entities,
        List<String> platforms,
        Instant from,
        Instant to,
        Granularity granularity,
        @Nullable String timeZone,
        @Nullable Aggregation aggregation,
        List<Dimension> groupBy,
        @Nullable Comparison compareTo,
        @Nullable Fill fill,
        @Nullable Integer topGroups) {

    /** As the contract has it. */
    public enum Dimension {
        PLATFORM,
        ENTITY
    }

    /** As the contract has it. */
    public enum Comparison {
        PREVIOUS_PERIOD,
        PREVIOUS_YEAR
    }

    /** As the contract has it. */
    public enum Fill {
        ZERO,
        NULL,
        PREVIOUS
    }

    /** A plain one: what each metric's definition says, over everything. */
    public static Question of(
            String metric, Granularity granularity, @Nullable String timeZone, String from, String to) {
        return new Question(
                List.of(metric),
                null,
                List.of(),
                List.of(),
                Instant.parse(from),
                Instant.parse(to),
                granularity,
                timeZone,
                null,
                List.of(),
                null,
                null,
                null);
    }

    /** As the variable of a request. */
    public Map<String, Object> input() {
        Map<String, Object> input = new LinkedHashMap<>();
        input.put("metrics", metrics);
        put(input, "entityType", entityType);
        put(
                input,
                "entityIds",
                entities.isEmpty()
                        ? null
                        : entities.stream().map(UUID::toString).toList());
        put(input, "platforms", platforms.isEmpty() ? null : platforms);
        input.put("range", Map.of("from", from.toString(), "to", to.toString()));
        input.put("granularity", granularity.name());
        put(input, "timeZone", timeZone);
        put(input, "aggregation", aggregation == null ? null : aggregation.name());
        put(
                input,
                "groupBy",
                groupBy.isEmpty() ? null : groupBy.stream().map(Enum::name).toList());
        put(input, "compareTo", compareTo == null ? null : compareTo.name());
        put(input, "fill", fill == null ? null : fill.name());
        put(input, "topGroups", topGroups);
        return input;
    }

    private static void put(Map<String, Object> input, String name, @Nullable Object value) {
        if (value != null) {
            input.put(name, value);
        }
    }
}
