@NullMarked
package dev.pulsegraph.traffic;

import org.jspecify.annotations.NullMarked;
