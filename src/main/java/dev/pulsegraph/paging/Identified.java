package dev.pulsegraph.paging;

import static java.util.stream.Collectors.toMap;

import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** A row with an id of its own: the last key of every ordering, and the inside of a global id. */
public interface Identified {
    UUID id();

    static <T extends Identified> Map<UUID, T> byId(Collection<T> rows) {
        return rows.stream().collect(toMap(Identified::id, Function.identity()));
    }
}
