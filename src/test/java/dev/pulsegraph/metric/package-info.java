@NullMarked
package dev.pulsegraph.metric;

import org.jspecify.annotations.NullMarked;
