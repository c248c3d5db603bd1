package dev.pulsegraph.paging;

import dev.pulsegraph.database.Read;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * A list in the order of a time. The id comes last, so that the order is total and a cursor marks one place in it.
 *
 * @param name of the order, inside cursors
 */
public record TimeOrder<T extends Identified>(String name, boolean newestFirst, Function<T, Instant> time) {

    /** A page of each organization's list. */
    public Read<Map<UUID, Connection<T>>> pages(
            Collection<UUID> organizations, PageQuery<?> query, Function<T, UUID> owner, Walk<T> walk) {
        return pages("organizations", organizations, query, owner, walk);
    }

    /**
     * A page of the list of each of those who have one.
     *
     * @param parameter what the statement calls the owners
     */
    public Read<Map<UUID, Connection<T>>> pages(
            String parameter, Collection<UUID> owners, PageQuery<?> query, Function<T, UUID> owner, Walk<T> walk) {
        PageRequest page = query.page();
        boolean up = page.isUp(!newestFirst);
        Cursor start = page.startInTime(name, up);
        Map<String, ?> place = Map.of(parameter, owners, "key", start.key(), "id", start.id(), "limit", page.limit());
        return walk.list(up, place).map(found -> Connection.pages(owners, query, found, owner, this::cursor));
    }

    private Cursor cursor(T row) {
        return new Cursor(name, time.apply(row).toString(), row.id());
    }
}
