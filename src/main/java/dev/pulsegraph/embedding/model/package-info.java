/** Models that make vectors of texts: one of our own, and those of an endpoint over HTTP. */
@NullMarked
package dev.pulsegraph.embedding.model;

import org.jspecify.annotations.NullMarked;
