package dev.pulsegraph.metric.oracle;

import dev.pulsegraph.support.Answer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the server says, as cells. */
public final class Answers {
    /** To be asked for below `metrics`. */
    public static final String SELECTION = """
            {
              timeZone granularity
              series {
                metric aggregation platform entityType entityId other total
                points { ...point }
                comparison { total change points { ...point } }
              }
            }""";

    public static final String FRAGMENT = "fragment point on MetricPoint { at value samples complete asOf source }";

    /** To be asked for of a post. */
    public static final String NEWEST =
            "latestMetrics { metric value recordedAt platforms { platform value recordedAt } }";

    private Answers() {}

    /** The cells of the result at a path. */
    public static List<Cell> cells(Answer answer, String path) {
        List<Cell> cells = new ArrayList<>();
        int number = 0;
        for (Object element : answer.list(path + ".series")) {
            Map<?, ?> series = map(element);
            String place = Oracle.place(
                    number++,
                    text(series, "metric"),
                    text(series, "aggregation"),
                    text(series, "platform"),
                    text(series, "entityType"),
                    text(series, "entityId"),
                    Boolean.TRUE.equals(series.get("other")));
            addPoints(cells, place, (List<?>) Objects.requireNonNull(series.get("points")));
            cells.add(new Cell(place + " total", number(series.get("total"))));
            if (series.get("comparison") != null) {
                Map<?, ?> comparison = map(series.get("comparison"));
                addPoints(cells, place + " before", (List<?>) Objects.requireNonNull(comparison.get("points")));
                cells.add(new Cell(place + " before total", number(comparison.get("total"))));
                cells.add(new Cell(place + " change", number(comparison.get("change"))));
            }
        }
        return cells;
    }

    /** The cells of the newest values at a path. */
    public static List<Cell> newest(Answer answer, String path) {
        List<Cell> cells = new ArrayList<>();
        for (Object element : answer.list(path + ".latestMetrics")) {
            Map<?, ?> value = map(element);
            String metric = String.valueOf(value.get("metric"));
            cells.add(new Cell(metric, number(value.get("value"))));
            cells.add(new Cell(metric + " at", Instant.parse(String.valueOf(value.get("recordedAt")))));
            for (Object part : (List<?>) Objects.requireNonNull(value.get("platforms"))) {
                Map<?, ?> platform = map(part);
                String place = metric + " " + platform.get("platform");
                cells.add(new Cell(place, number(platform.get("value"))));
                cells.add(new Cell(place + " at", Instant.parse(String.valueOf(platform.get("recordedAt")))));
            }
        }
        return cells;
    }

    private static void addPoints(List<Cell> cells, String place, List<?> points) {
        for (int i = 0; i < points.size(); i++) {
            Map<?, ?> point = map(points.get(i));
            String at = place + " point " + i;
            cells.add(new Cell(at + " at", Instant.parse(String.valueOf(point.get("at")))));
            cells.add(new Cell(at + " value", number(point.get("value"))));
            cells.add(new Cell(at + " samples", number(point.get("samples"))));
            cells.add(new Cell(at + " source", point.get("source")));
            cells.add(new Cell(at + " complete", point.get("complete")));
        }
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return (Map<?, ?>) Objects.requireNonNull(value);
    }

    private static @Nullable String text(Map<?, ?> of, String name) {
        Object value = of.get(name);
        return value == null ? null : value.toString();
    }

    public static @Nullable Double number(@Nullable Object value) {
        return value == null ? null : (Double) ((Number) value).doubleValue();
    }
}
