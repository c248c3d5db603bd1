package dev.pulsegraph.paging;

/**
 * What is asked of a list: which page of it, and which of its rows. Equal for equal arguments.
 *
 * @param filter {@link Unfiltered} for a list that has none
 */
public record PageQuery<F>(PageRequest page, F filter) {}
