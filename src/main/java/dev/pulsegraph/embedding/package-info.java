/** What is alike, what an assistant was given and answered, and what models computed. */
@NullMarked
package dev.pulsegraph.embedding;

import org.jspecify.annotations.NullMarked;
