/** What visitors do, the sessions they do it in, and what it adds up to. */
@NullMarked
package dev.pulsegraph.traffic;

import org.jspecify.annotations.NullMarked;
