/** Programs of others, as their makers publish them, with our address in place of theirs. */
@NullMarked
package dev.pulsegraph.client;

import org.jspecify.annotations.NullMarked;
