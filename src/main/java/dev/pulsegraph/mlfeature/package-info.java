/** Features of machine learning by entity, set and version. */
@NullMarked
package dev.pulsegraph.mlfeature;

import org.jspecify.annotations.NullMarked;
