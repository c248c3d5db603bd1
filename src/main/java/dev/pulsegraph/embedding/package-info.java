/** Vectors of texts, which models they are of, and what keeps them up to date with posts. */
@NullMarked
package dev.pulsegraph.embedding;

import org.jspecify.annotations.NullMarked;
