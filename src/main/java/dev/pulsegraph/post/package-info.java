/** Posts with their content, media and counters. */
@NullMarked
package dev.pulsegraph.post;

import org.jspecify.annotations.NullMarked;
