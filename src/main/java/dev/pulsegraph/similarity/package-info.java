/** What is alike: by vectors, by words, or by both. */
@NullMarked
package dev.pulsegraph.similarity;

import org.jspecify.annotations.NullMarked;
