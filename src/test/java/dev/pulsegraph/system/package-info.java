@NullMarked
package dev.pulsegraph.system;

import org.jspecify.annotations.NullMarked;
