package dev.pulsegraph.paging;

import dev.pulsegraph.database.Read;
import java.util.List;
import java.util.Map;

/** Reads lists of organizations from a place on: along one index, whatever the place. */
public interface Walk<T> {
    /**
     * What is read.
     *
     * @param up from small keys to large ones
     * @param place the parameters {@code organizations} or other owners, {@code key}, {@code id} and {@code limit} of the statement
     */
    Read<List<T>> list(boolean up, Map<String, ?> place);
}
