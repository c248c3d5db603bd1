/** What metrics, embeddings and features may be about: kinds of entities, and references to them. */
@NullMarked
package dev.pulsegraph.entity;

import org.jspecify.annotations.NullMarked;
