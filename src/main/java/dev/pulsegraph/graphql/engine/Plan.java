package dev.pulsegraph.graphql.engine;

/**
 * What an operation asks for, worked out once.
 *
 * @param steps how many there are, which tells how large it is
 * @param depth of the last level on which anything is read, from 0; -1 where nothing is
 * @param endsWithReads whether all that level does is declared, so that the transaction can end in the same round trip
 */
public record Plan(Selection root, int steps, int depth, boolean endsWithReads) {}
