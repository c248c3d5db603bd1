/** Funnels and retention counted by somebody who takes their time, and knows nothing of the product. */
@org.jspecify.annotations.NullMarked
package dev.pulsegraph.funnel.oracle;
