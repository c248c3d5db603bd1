/**
 * What traffic has to add up to, worked out as simply as possible and without a line of the product: every event in a
 * list, every session and every statistic found again from all of them.
 */
@NullMarked
package dev.pulsegraph.traffic.oracle;

import org.jspecify.annotations.NullMarked;
