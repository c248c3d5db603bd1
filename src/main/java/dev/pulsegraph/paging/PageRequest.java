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
    @Limit("rows of a page")
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
        String sizeArgument = backward ? "last" : "first";
        Integer asked = backward ? last : first;
        int size = asked == null ? otherwise : asked;
        if (size < 1 || size > MOST) {
            throw Problem.badInput(sizeArgument, size + " is not between 1 and " + MOST + ".");
        }
        String place = backward ? before : after;
        return new PageRequest(
                size, backward, place == null ? null : Cursor.decode(backward ? "before" : "after", place, ordering));
    }

    /** The argument the cursor came in. */
    public String place() {
        return backward ? "before" : "after";
    }

    /** One row more than asked for: it tells whether there is another page. */
    public int limit() {
        return size + 1;
    }
}
