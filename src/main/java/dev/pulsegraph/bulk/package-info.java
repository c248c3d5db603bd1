/** Bulk over plain HTTP: streamed, written chunk by chunk, acknowledged after each commit. */
@NullMarked
package dev.pulsegraph.bulk;

import org.jspecify.annotations.NullMarked;
