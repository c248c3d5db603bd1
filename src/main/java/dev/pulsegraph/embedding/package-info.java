/** Vectors of texts and of anything else, what is alike by them, and what assistants were given and answered. */
@NullMarked
package dev.pulsegraph.embedding;

import org.jspecify.annotations.NullMarked;
