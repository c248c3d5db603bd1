package dev.pulsegraph.paging;

import java.util.UUID;

/** A row with an id of its own: the last key of every ordering, and the inside of a global id. */
public interface Identified {
    UUID id();
}
