/** Ranges of time, and the buckets of a calendar in a time zone. */
@NullMarked
package dev.pulsegraph.time;

import org.jspecify.annotations.NullMarked;
