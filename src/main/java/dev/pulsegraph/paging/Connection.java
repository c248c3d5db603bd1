package dev.pulsegraph.paging;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list as Relay wants it. Cursors are made only when they are asked for.
 *
 * @param nodes the rows, in the order of the list
 * @param hasPreviousPage whether there are rows before
 * @param hasNextPage whether there are rows after
 * @param cursorOf where a row stands in the list
 * @param owner whose list it is, and {@code filter} what of it was asked for, in case somebody wants the count
 */
public record Connection<T>(
        List<T> nodes,
        boolean hasPreviousPage,
        boolean hasNextPage,
        Function<T, Cursor> cursorOf,
        UUID owner,
        Object filter) {
    /** The owner of a list of what everybody may see. */
    public static final UUID NOBODY = new UUID(0, 0);

    /** Makes the page out of the rows found for it: one more than asked, and in reverse when backward. */
    public static <T> Connection<T> of(UUID owner, PageQuery<?> query, List<T> found, Function<T, Cursor> cursorOf) {
        PageRequest request = query.page();
        boolean more = found.size() > request.size();
        List<T> rows = more ? found.subList(0, request.size()) : found;
        boolean cameFromSomewhere = request.cursor() != null;
        return request.backward()
                ? new Connection<>(rows.reversed(), more, cameFromSomewhere, cursorOf, owner, query.filter())
                : new Connection<>(rows, cameFromSomewhere, more, cursorOf, owner, query.filter());
    }

    /** A page for each owner, out of the rows found for all of them together; an owner without rows has an empty page. */
    public static <T> Map<UUID, Connection<T>> pages(
            Collection<UUID> owners,
            PageQuery<?> query,
            List<T> found,
            Function<T, UUID> owner,
            Function<T, Cursor> cursorOf) {
        Map<UUID, Connection<T>> pages = new HashMap<>();
        lists(owners, found, owner).forEach((id, rows) -> pages.put(id, of(id, query, rows, cursorOf)));
        return pages;
    }

    /** The rows of each owner, in the order found; an owner without rows has an empty list. */
    public static <T> Map<UUID, List<T>> lists(Collection<UUID> owners, List<T> found, Function<T, UUID> owner) {
        Map<UUID, List<T>> lists = new HashMap<>();
        owners.forEach(id -> lists.put(id, new ArrayList<>()));
        found.forEach(row -> lists.computeIfAbsent(owner.apply(row), any -> new ArrayList<>())
                .add(row));
        return lists;
    }

    public List<Edge<T>> edges() {
        return nodes.stream().map(node -> new Edge<>(cursorAt(node), node)).toList();
    }

    public PageInfo pageInfo() {
        return new PageInfo(
                hasNextPage,
                hasPreviousPage,
                nodes.isEmpty() ? null : cursorAt(nodes.getFirst()),
                nodes.isEmpty() ? null : cursorAt(nodes.getLast()));
    }

    private String cursorAt(T node) {
        return cursorOf.apply(node).encode();
    }

    public record Edge<T>(String cursor, T node) {}

    public record PageInfo(
            boolean hasNextPage,
            boolean hasPreviousPage,
            @Nullable String startCursor,
            @Nullable String endCursor) {}
}
