/** Errors as values: a code for machines, a sentence for people. */
@NullMarked
package dev.pulsegraph.problem;

import org.jspecify.annotations.NullMarked;
