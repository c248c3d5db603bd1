/**
 * What metrics have to answer, worked out as simply as possible and without a line of the product: samples in a map,
 * every statistic counted again from all of them, time walked through a quarter of an hour at a time.
 */
@NullMarked
package dev.pulsegraph.metric.oracle;

import org.jspecify.annotations.NullMarked;
