package dev.pulsegraph.paging;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * A list in the order of a time. The id comes last, so that the order is total and a cursor marks one place in it.
 *
 * @param name of the order, inside cursors
 */
public record TimeOrder<T extends Identified>(String name, boolean newestFirst, Function<T, Instant> time) {

    /** A page of each owner's list. A page before a cursor is found by walking the other way. */
    public Map<UUID, Connection<T>> pages(
            Collection<UUID> owners, Wanted<?> wanted, Function<T, UUID> owner, Walk<T> up, Walk<T> down) {
        PageRequest page = wanted.page();
        boolean isUp = newestFirst == page.backward();
        Cursor start = start(page, isUp);
        List<T> found = (isUp ? up : down).list(owners, start.key(), start.id(), page.limit());
        return Connection.pages(owners, wanted, found, owner, this::cursor);
    }

    private Cursor start(PageRequest page, boolean isUp) {
        Cursor asked = page.cursor();
        return asked == null
                ? new Cursor(name, isUp ? "-infinity" : "infinity", Cursor.edge(isUp))
                : new Cursor(name, asked.instantKey(page.place()), asked.id());
    }

    private Cursor cursor(T row) {
        return new Cursor(name, time.apply(row).toString(), row.id());
    }
}
