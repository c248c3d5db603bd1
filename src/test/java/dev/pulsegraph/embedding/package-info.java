/** Tests of embeddings, of AI context and of features. */
@NullMarked
package dev.pulsegraph.embedding;

import org.jspecify.annotations.NullMarked;
