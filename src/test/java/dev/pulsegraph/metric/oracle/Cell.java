package dev.pulsegraph.metric.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One thing that an answer says, and where it says it. */
public record Cell(String place, @Nullable Object value) {
    /** What division may differ by; sums may not differ at all. */
    private static final double TOLERANCE = 1e-12;

    /** Where two answers differ, at most a few places; empty when they do not. */
    public static List<String> differences(List<Cell> expected, List<Cell> actual) {
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < Math.max(expected.size(), actual.size()) && differences.size() < 12; i++) {
            Cell left = i < expected.size() ? expected.get(i) : new Cell("nothing more", null);
            Cell right = i < actual.size() ? actual.get(i) : new Cell("nothing more", null);
            if (!left.place.equals(right.place)) {
                differences.add("expected " + left + " but was " + right);
                return differences;
            }
            if (!same(left, right)) {
                differences.add(left.place + ": expected " + left.value + " but was " + right.value);
            }
        }
        return differences;
    }

    /** A change is the difference of two totals, of which a small one keeps what their last digits differ by. */
    private static boolean same(Cell left, Cell right) {
        if (left.value instanceof Double a && right.value instanceof Double b) {
            double size = Math.max(Math.abs(a), Math.abs(b));
            return Math.abs(a - b) <= TOLERANCE * (left.place.endsWith(" change") ? Math.max(1, size) : size);
        }
        return Objects.equals(left.value, right.value);
    }
}
