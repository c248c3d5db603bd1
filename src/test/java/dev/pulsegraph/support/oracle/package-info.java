/**
 * What oracles of features share, without a line of the product: a calendar, rows as text, and histories made by chance. Each feature adds
 * a ledger of what was written and a recount of it.
 */
@NullMarked
package dev.pulsegraph.support.oracle;

import org.jspecify.annotations.NullMarked;
