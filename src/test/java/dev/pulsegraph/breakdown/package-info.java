@NullMarked
package dev.pulsegraph.breakdown;

import org.jspecify.annotations.NullMarked;
