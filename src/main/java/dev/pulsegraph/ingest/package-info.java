/** What is sent in bulk over plain HTTP: streamed, written chunk by chunk, acknowledged after each commit. */
@NullMarked
package dev.pulsegraph.ingest;

import org.jspecify.annotations.NullMarked;
