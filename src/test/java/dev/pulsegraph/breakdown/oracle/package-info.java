/** Breakdowns worked out as simply as possible, and without a line of the product. */
@NullMarked
package dev.pulsegraph.breakdown.oracle;

import org.jspecify.annotations.NullMarked;
