package dev.pulsegraph.funnel;

import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.product.PropertyFilters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What visitors do: an event by its name, a view of a page by its path, or a click by its target. One of the three is given.
 *
 * @param conditions on properties, each with the fields of the input {@code PropertyFilter}
 */
public record FunnelStep(
        String name,
        @Nullable String event,
        @Nullable String path,
        @Nullable String clickTarget,
        List<Map<String, @Nullable Object>> conditions) {
    static final int MAX_NAME = 200;
    public static final int MAX_TEXT = 255;
    public static final int MAX_PATH = 500;

    public FunnelStep {
        conditions = List.copyOf(conditions);
    }

    /** A step as it is given, checked; without a name it has that of what it is. */
    static FunnelStep of(
            @Nullable String name,
            @Nullable String event,
            @Nullable String path,
            @Nullable String clickTarget,
            List<Map<String, @Nullable Object>> conditions) {
        List<String> given =
                Stream.of(event, path, clickTarget).filter(Objects::nonNull).toList();
        if (given.size() != 1) {
            throw Problem.badInput("steps", "a step has one of event, path and clickTarget.");
        }
        var step = new FunnelStep(
                name == null ? given.getFirst() : name,
                event,
                path == null ? null : checkedPath(path),
                clickTarget,
                conditions);
        step.filters();
        return step;
    }

    /** The pattern of a path as it is kept. */
    public static String checkedPath(String path) {
        return PathPattern.checked("path", path);
    }

    /** What the conditions are in a statement. */
    public PropertyFilters filters() {
        return PropertyFilters.of("where", conditions);
    }

    /** The path as LIKE has it. */
    public @Nullable String like() {
        return path == null ? null : PathPattern.like(path);
    }

    public List<PropertyCondition> where() {
        return conditions.stream().map(PropertyCondition::of).toList();
    }

    /** What steps say, as functions of SQL take it: a list for each part, in the order of the steps. Null matches nothing. */
    static Map<String, @Nullable Object> scan(List<@Nullable FunnelStep> steps) {
        Map<String, @Nullable Object> scan = new LinkedHashMap<>();
        scan.put("events", parts(steps, FunnelStep::event));
        scan.put("paths", parts(steps, FunnelStep::like));
        scan.put("targets", parts(steps, FunnelStep::clickTarget));
        scan.put("properties", parts(steps, step -> step.filters().properties()));
        scan.put("contexts", parts(steps, step -> step.filters().context()));
        return scan;
    }

    private static List<@Nullable String> parts(
            List<@Nullable FunnelStep> steps, Function<FunnelStep, @Nullable String> part) {
        List<@Nullable String> parts = new ArrayList<>();
        for (FunnelStep step : steps) {
            parts.add(step == null ? null : part.apply(step));
        }
        return parts;
    }

    /** As columns have it. */
    Map<String, @Nullable Object> stored() {
        Map<String, @Nullable Object> stored = new LinkedHashMap<>();
        stored.put("name", name);
        stored.put("event", event);
        stored.put("path", path);
        stored.put("click_target", clickTarget);
        stored.put("where", conditions);
        return stored;
    }

    static List<FunnelStep> ofStored(@Nullable Object steps) {
        return ((List<?>) Objects.requireNonNull(steps))
                .stream().map(step -> ofStored((Map<?, ?>) step)).toList();
    }

    private static FunnelStep ofStored(Map<?, ?> stored) {
        return ofColumns(
                (String) Objects.requireNonNull(stored.get("name")),
                (@Nullable String) stored.get("event"),
                (@Nullable String) stored.get("path"),
                (@Nullable String) stored.get("click_target"),
                stored.get("where"));
    }

    /** A step whose parts are kept one by one, the conditions as JSON. */
    @SuppressWarnings("unchecked")
    public static FunnelStep ofColumns(
            String name,
            @Nullable String event,
            @Nullable String path,
            @Nullable String clickTarget,
            @Nullable Object conditions) {
        return new FunnelStep(name, event, path, clickTarget, (List<Map<String, @Nullable Object>>)
                Objects.requireNonNull(conditions));
    }
}
