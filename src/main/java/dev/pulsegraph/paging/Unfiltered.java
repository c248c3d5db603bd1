package dev.pulsegraph.paging;

/** The filter of a list that has none. */
public enum Unfiltered {
    ALL
}
