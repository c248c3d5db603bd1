/** The command line. */
@NullMarked
package dev.pulsegraph.command;

import org.jspecify.annotations.NullMarked;
