/** Events over plain HTTP: held, looked up by their key, and committed in groups. */
@NullMarked
package dev.pulsegraph.ingest;

import org.jspecify.annotations.NullMarked;
