/** What keeps tables in order that features have in common: partitions ahead of time. */
@NullMarked
package dev.pulsegraph.maintenance;

import org.jspecify.annotations.NullMarked;
