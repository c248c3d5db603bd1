/// Goals: what visitors are meant to do, and how many do.
@NullMarked
package dev.pulsegraph.goal;

import org.jspecify.annotations.NullMarked;
