/** What every way in over HTTP shares: connections and their bounds, bodies that are held, addresses of clients. */
@NullMarked
package dev.pulsegraph.http;

import org.jspecify.annotations.NullMarked;
