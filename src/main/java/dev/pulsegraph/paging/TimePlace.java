package dev.pulsegraph.paging;

/**
 * How a statement reads a page of a {@link TimeOrder}: the rows behind a place in it, as many as are asked for. It stands last in the
 * sub-select of one owner's rows, behind its conditions, and closes it. Its parameters are those of a {@link Walk}.
 */
public final class TimePlace {
    private static final String ROWS = """
                and (%1$s.%2$s, %1$s.id) %3$s (cast(:key as timestamptz), cast(:id as uuid))
              order by %1$s.%2$s%4$s, %1$s.id%4$s limit :limit) %1$s""";

    private TimePlace() {}

    /**
     * Rows that come later, the earliest of them first.
     *
     * @param table what the statement calls the table, and the sub-select
     * @param time the column of the order
     */
    public static String up(String table, String time) {
        return ROWS.formatted(table, time, ">", "");
    }

    /** Rows that come earlier, the latest of them first. */
    public static String down(String table, String time) {
        return ROWS.formatted(table, time, "<", " desc");
    }
}
