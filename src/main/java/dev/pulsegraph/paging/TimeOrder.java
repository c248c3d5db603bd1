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

    /** A page of each owner's list. */
    public Map<UUID, Connection<T>> pages(
            Collection<UUID> owners, PageQuery<?> query, Function<T, UUID> owner, Walk<T> up, Walk<T> down) {
        PageRequest page = query.page();
        boolean isUp = page.isUp(!newestFirst);
        Cursor start = page.startInTime(name, isUp);
        List<T> found = (isUp ? up : down).list(owners, start.key(), start.id(), page.limit());
        return Connection.pages(owners, query, found, owner, this::cursor);
    }

    private Cursor cursor(T row) {
        return new Cursor(name, time.apply(row).toString(), row.id());
    }
}
