/// Funnels: how many visitors do one step after the other, and where they stop.
@NullMarked
package dev.pulsegraph.funnel;

import org.jspecify.annotations.NullMarked;
