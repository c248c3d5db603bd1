/** What was measured, when, and what it adds up to. */
@NullMarked
package dev.pulsegraph.metric;

import org.jspecify.annotations.NullMarked;
