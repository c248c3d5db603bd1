package dev.pulsegraph.graphql.engine;

/**
 * What an operation asks for, worked out once.
 *
 * @param steps how many there are, which tells how large it is
 */
public record Plan(Selection root, int steps) {}
