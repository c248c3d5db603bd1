package dev.pulsegraph.paging;

import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** The statement that reads lists of owners one way, from a place on: along one index, whatever the place. */
public interface Walk<T> {
    List<T> list(Collection<UUID> owners, String key, UUID id, int limit);
}
