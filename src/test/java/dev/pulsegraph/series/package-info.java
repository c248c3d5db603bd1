/** Series by themselves: no database, and no feature. */
@org.jspecify.annotations.NullMarked
package dev.pulsegraph.series;
