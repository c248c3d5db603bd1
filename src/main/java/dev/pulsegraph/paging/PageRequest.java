package dev.pulsegraph.paging;

import dev.pulsegraph.problem.Limit;
import dev.pulsegraph.problem.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Which page of a list is asked for.
 *
 * @param size how many rows, 1 to 200
 * @param backward whether the page lies before {@code cursor}, counted from its end
 * @param cursor where the page begins, or ends when backward; null for the edge of the list
 */
public record PageRequest(
        int size, boolean backward, @Nullable Cursor cursor) {
    @Limit("page size (`first`, `last`)")
    public static final int MOST = 200;

    public static final int USUAL = 20;

    /** Relay's four arguments. {@code otherwise} is the size when none is given. */
    public static PageRequest of(
            @Nullable Integer first,
            @Nullable String after,
            @Nullable Integer last,
            @Nullable String before,
            int otherwise,
            String ordering) {
        if ((first != null || after != null) && (last != null || before != null)) {
            throw Problem.badInput(
                    last != null ? "last" : "before",
                    "page forward by first and after, or backward by last and before; not both.");
        }
        boolean backward = last != null || before != null;
        int size = size(backward ? "last" : "first", backward ? last : first, otherwise, MOST);
        String place = backward ? before : after;
        return new PageRequest(
                size, backward, place == null ? null : Cursor.decode(backward ? "before" : "after", place, ordering));
    }

    /** How many rows an argument asks for, 1 to {@code max}; {@code otherwise} where it says nothing. */
    public static int size(String argument, @Nullable Integer asked, int otherwise, int max) {
        int size = asked == null ? otherwise : asked;
        if (size < 1 || size > max) {
            throw Problem.badInput(argument, size + " is not between 1 and " + max + ".");
        }
        return size;
    }

    /** Whether the rows are read from small keys to large ones. A page before a cursor is found by walking the other way. */
    public boolean isUp(boolean ascending) {
        return ascending != backward;
    }

    /**
     * Where reading begins: at the cursor, or at the edge of the list.
     *
     * @param lowest before all keys of the list, {@code highest} after them
     */
    public Cursor start(String ordering, boolean up, String lowest, String highest) {
        return cursor == null ? new Cursor(ordering, up ? lowest : highest, Cursor.edge(up)) : cursor;
    }

    /** The same in an order of times. */
    public Cursor startInTime(String ordering, boolean up) {
        Cursor start = start(ordering, up, "-infinity", "infinity");
        return new Cursor(ordering, start.instantKey(backward ? "before" : "after"), start.id());
    }

    /** One row more than asked for: it tells whether there is another page. */
    public int limit() {
        return size + 1;
    }
}
