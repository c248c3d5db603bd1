@NullMarked
package dev.pulsegraph.operations;

import org.jspecify.annotations.NullMarked;
