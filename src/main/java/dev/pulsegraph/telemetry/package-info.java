/// The price book: what models cost, since when, by public lists and by an organization's own prices.
@NullMarked
package dev.pulsegraph.telemetry;

import org.jspecify.annotations.NullMarked;
